//! shim
pub(super) fn run(_: &super::args::Demo, _: &super::args::Output) -> anyhow::Result<super::Exit> {
    anyhow::bail!("later")
}
