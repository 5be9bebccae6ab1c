//! Does a remote point to the Hub?
//!
//! In: remote URLs, which may hold credentials and are never printed. Out: yes
//! or no.

/// Hosts under which the Hub serves git.
const HUB_HOSTS: &[&str] = &["huggingface.co", "hf.co"];

/// Does `url` lead to the Hub, or to `$HF_ENDPOINT`?
pub fn leads_to_hub(url: &str) -> bool {
    let endpoint = std::env::var("HF_ENDPOINT").ok();
    leads_to(url, endpoint.as_deref())
}

/// Does `url` lead to the Hub, or to the `endpoint` the user set instead?
fn leads_to(url: &str, endpoint: Option<&str>) -> bool {
    let Some(host) = host(url) else { return false };
    let host = host.to_ascii_lowercase();
    HUB_HOSTS.iter().any(|hub| {
        host.strip_suffix(hub)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }) || endpoint
        .and_then(self::host)
        .is_some_and(|own| own.eq_ignore_ascii_case(&host))
}

/// The host of `scheme://user@host:port/path` or `user@host:path`.
fn host(url: &str) -> Option<&str> {
    let authority = match url.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => {
            let authority = rest.split(['/', '?', '#']).next()?;
            let host = authority.rsplit('@').next()?;
            host.split(':').next()?
        }
        // A colon after a slash is part of a local path, not of a host.
        None => {
            let (before, _) = url.split_once(':')?;
            if before.contains('/') {
                return None;
            }
            before.rsplit('@').next()?
        }
    };
    (!authority.is_empty()).then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hub_urls_are_told_from_others() {
        for url in [
            "https://huggingface.co/a/b",
            "https://user:pass@HuggingFace.co:443/datasets/a/b",
            "git@hf.co:a/b",
            "ssh://git@hf.co:22/spaces/a/b",
            "https://hub-ci.huggingface.co/a/b",
        ] {
            assert!(leads_to(url, None), "{url}");
        }
        for url in [
            "https://github.com/huggingface.co/b",
            "https://nothuggingface.co/a",
            "https://huggingface.co.example.org/a",
            "https://huggingface.co@example.org/a",
            "../huggingface.co:a",
            "/srv/git/hf.co",
            "file://huggingface.co/x",
            "",
        ] {
            assert!(!leads_to(url, None), "{url}");
        }
        let own = Some("https://hub.example.org:8443/");
        assert!(leads_to("https://hub.example.org/a/b", own));
    }
}
