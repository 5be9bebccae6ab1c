//! The e-mail detector on tables of addresses and of what only looks like one.

use super::*;

/// The address found in `text` and whose it is.
fn found(text: &str) -> Option<(&str, Class, Option<Severity>)> {
    let mut all =
        memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| detect(text.as_bytes(), at));
    let first = all.next()?;
    let class = first.class.expect("every address has a class");
    Some((&text[first.span], class, first.severity))
}

#[test]
fn a_persons_address_is_found_whole() {
    for (text, address) in [
        (
            "write to mara.lindqvist@fjordmail.no.",
            "mara.lindqvist@fjordmail.no",
        ),
        (
            r#"{"mail":"t.okafor+ml@mail.nordwind.co.uk"}"#,
            "t.okafor+ml@mail.nordwind.co.uk",
        ),
        ("Mara <mara@fjordmail.no>, Tobias", "mara@fjordmail.no"),
        (r"text\nmara@fjordmail.no\nmore", "mara@fjordmail.no"),
        ("mailto:mara@fjordmail.no?subject=x", "mara@fjordmail.no"),
        ("q=%3Cmara@fjordmail.no%3E", "mara@fjordmail.no"),
        ("MARA.LINDQVIST@FJORDMAIL.NO", "MARA.LINDQVIST@FJORDMAIL.NO"),
        ("48151623@qq.com", "48151623@qq.com"),
        ("mara@fjordmail.no:hunter2", "mara@fjordmail.no"),
        ("m@xn--d1acufc.xn--p1ai", "m@xn--d1acufc.xn--p1ai"),
        ("https://x.io/?q=a&m=mara@fjordmail.no", "mara@fjordmail.no"),
        ("authorized: mara@fjordmail.no", "mara@fjordmail.no"),
    ] {
        assert_eq!(found(text), Some((address, Class::Real, None)), "{text}");
    }
}

#[test]
fn authors_and_roles_are_only_noted() {
    for (text, class) in [
        ("author_email=\"mara@fjordmail.no\",", Class::Author),
        ("__author__ = 'Mara <mara@fjordmail.no>'", Class::Author),
        (
            "Copyright (c) 2024 Mara Lindqvist <mara@fjordmail.no>",
            Class::Author,
        ),
        ("Signed-off-by: Mara <mara@fjordmail.no>", Class::Author),
        ("Co-authored-by: Mara <mara@fjordmail.no>", Class::Author),
        (
            "authors = [\n  { name = \"A\", email = \"a@\" },\n  { name = \"Mara\", email = \"mara@fjordmail.no\" },\n]",
            Class::Author,
        ),
        ("maintainers:\n  - Mara <mara@fjordmail.no>", Class::Author),
        (
            " -- Mara Lindqvist <mara@fjordmail.no>  Mon, 1 Jan 2024",
            Class::Author,
        ),
        ("@article{x, note = {mara@fjordmail.no}}", Class::Author),
        ("security@fjordmail.no", Class::Role),
        ("security-reports@fjordmail.no", Class::Role),
        ("noreply@fjordmail.no", Class::Role),
        ("fjordmail@fjordmail.no", Class::Role),
        ("dev@lists.fjordmail.no", Class::Role),
    ] {
        let (_, found, severity) = found(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found, severity), (class, Some(Severity::Info)), "{text}");
    }
}

#[test]
fn names_of_examples_are_doubtful() {
    let text = b"jane.doe@fjordmail.no";
    let found = detect(text, 8).expect("an address");
    assert_eq!(found.confidence, Some(Confidence::Low));
}

#[test]
fn logins_code_files_and_versions_are_no_addresses() {
    for text in [
        "git@hf.co:acme/model",
        "ssh://0123456789abcdef01234567@ssh.hf.jobs",
        "https://mara:pw@repo.fjordmail.no/x",
        "https://mara@repo.fjordmail.no/x",
        "scp run.log mara@gpu7.fjordmail.no:/scratch/logs",
        "rsync -av out/ mara@gpu7.fjordmail.no:runs/",
        "ssh -p 22 mara@gpu7.fjordmail.no",
        "runner@project.iam.gserviceaccount.com",
        "@torch.no_grad()",
        "    @app.get",
        "y = x@w.to(device)",
        "q@k.name[0]",
        "attn@self.proj",
        "hidden@weight.T",
        "curl -F files=@file.py",
        "data@notes.md",
        "logo@2x.app",
        "model@epoch10.pt",
        "left-pad@1.3.0",
        "pkg@v2.dev",
        "'@scope/pkg@site.io'",
        "https://medium.com/@mara.site",
        "mara@fjordmail",
        "mara@fjordmail.nosuchtld",
        "mara..l@fjordmail.no",
        "ab@cd.ef",
        "@",
        "a@",
        "user@2001:db8::1",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn documentation_is_silent() {
    for text in [
        "mara@example.com",
        "mara@mail.example.org",
        "mara@host.test",
        "mara@box.invalid",
        "mara@yourdomain.com",
        "mara@your-company.com",
        "user@yourorg.com",
        "user1@fjordmail.no",
        "your.name@fjordmail.no",
        "foo@bar.com",
        "first.last@fjordmail.no",
        "name@email.com",
        "xxx@fjordmail.no",
        "48151623+mara@users.noreply.github.com",
        "mara@users.noreply.huggingface.co",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn the_list_of_domains_is_sorted() {
    let list: Vec<&str> = include_str!("../../../patterns/tlds.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(list.is_sorted() && list.len() > 1400);
    assert!(list.iter().all(|tld| tld.len() <= LONGEST_TLD));
    assert!(
        is_tld(b"com")
            && is_tld(b"NO")
            && is_tld(b"xn--p1ai")
            && !is_tld(b"cOm")
            && !is_tld(b"example")
    );
}
