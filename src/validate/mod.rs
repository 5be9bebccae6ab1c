//! x
pub mod placeholder;
/// x
pub struct Candidate;
/// x
pub enum Outcome {
    /// x
    Neutral,
}
/// x
pub type Validator = fn(&Candidate) -> Outcome;
/// x
pub fn by_name(_n: &str) -> Option<Validator> {
    None
}
