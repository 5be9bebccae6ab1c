//! shim
use super::detect::Detected;
pub(super) const HOME_TRIGGERS: &[&str] = &["qqqshim1"];
pub(super) const MACHINE_TRIGGERS: &[&str] = &["qqqshim2"];
pub(super) const BUCKET_TRIGGERS: &[&str] = &["qqqshim3"];
pub(super) fn detect_home(_t: &[u8], _h: std::ops::Range<usize>) -> Option<Detected> {
    None
}
pub(super) fn detect_machine(_t: &[u8], _h: std::ops::Range<usize>) -> Option<Detected> {
    None
}
pub(super) fn detect_bucket(_t: &[u8], _h: std::ops::Range<usize>) -> Option<Detected> {
    None
}
