//! The HTML report and the matrix in Chromium. `make browser` runs this; `H1CHECK_SHOTS=folder` keeps
//! pictures, and `H1CHECK_PAGE=file` has them taken of another page.

mod matrix;
mod pages;
mod shots;
mod use_it;
mod withstands;
