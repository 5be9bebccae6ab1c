//! shim
pub(super) fn completions(_: &super::args::Completions) -> anyhow::Result<super::Exit> {
    anyhow::bail!("later")
}
pub(super) fn man(_: &super::args::Man) -> anyhow::Result<super::Exit> {
    anyhow::bail!("later")
}
