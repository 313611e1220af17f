//! Costs to text: for people, for programs, and as a page. Pure: the same costs give the same text.

mod json;
mod page;
mod plot;
mod remarks;
mod table;
mod text;

pub use json::json;
pub use page::page;
pub use text::text;

#[cfg(test)]
mod tests;
