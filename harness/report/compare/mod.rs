//! Many runs side by side: a matrix of scenarios and lints × subjects.
//!
//! Built from the files run.json, one at a time; nothing is judged anew here. What a subject did is
//! kept in short (a bounded view of the octets) where it deviates.

mod alike;
#[cfg(feature = "reports")]
mod html;
mod markdown;
mod matrix;
mod names;
mod view;

#[cfg(feature = "reports")]
pub use self::html::html;
pub use self::markdown::markdown;
pub use self::matrix::{Builder, Column, Matrix, Row};
pub use self::names::names;
