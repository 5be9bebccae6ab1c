//! shim
pub(super) fn run(_: &super::args::Init) -> anyhow::Result<super::Exit> {
    anyhow::bail!("later")
}
