//! shim
pub(super) fn run(
    _: &super::args::Explain,
    _: &super::args::Output,
) -> anyhow::Result<super::Exit> {
    anyhow::bail!("later")
}
