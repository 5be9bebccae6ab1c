//! The internal-host detector on tables of hosts and of what only looks like one.

use super::*;

fn found(text: &str) -> Vec<(&str, Option<Confidence>)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for trigger in TRIGGERS {
        for at in memchr::memmem::find_iter(lower.as_bytes(), trigger.as_bytes()) {
            let detected = detect(text.as_bytes(), at..at + trigger.len());
            found.extend(detected.map(|detected| (&text[detected.span], detected.confidence)));
        }
    }
    found
}

#[test]
fn hosts_and_addresses_of_a_network_are_found() {
    for (text, host) in [
        (
            "http://mlflow.nordwind.internal/api",
            "mlflow.nordwind.internal",
        ),
        (
            "url: https://git.nordwind.corp:8443/x",
            "git.nordwind.corp:8443",
        ),
        (
            "redis.cache.svc.cluster.local:6379",
            "redis.cache.svc.cluster.local:6379",
        ),
        ("api.ml.svc.cluster.local", "api.ml.svc.cluster.local"),
        ("wiki.intranet:8080", "wiki.intranet:8080"),
        ("mara@gpu01.lan", "gpu01.lan"),
        ("http://10.42.7.19:5000/x", "10.42.7.19:5000"),
        ("http://172.20.3.4/x", "172.20.3.4"),
        ("'192.168.40.7:8000'", "192.168.40.7:8000"),
    ] {
        assert_eq!(found(text), [(host, None)], "{text}");
    }
    for (text, host) in [
        (
            "ip-10-1-2-3.eu-west-1.compute.internal",
            "ip-10-1-2-3.eu-west-1.compute.internal",
        ),
        (
            "\"host\": \"Maras-MacBook-Pro.local\"",
            "Maras-MacBook-Pro.local",
        ),
        ("MASTER_ADDR=10.42.7.19", "10.42.7.19"),
        ("--master_addr 10.42.7.19", "10.42.7.19"),
        ("http://192.168.1.100:8000", "192.168.1.100:8000"),
    ] {
        assert_eq!(found(text), [(host, Some(Confidence::Low))], "{text}");
    }
}

#[test]
fn code_files_versions_and_public_addresses_are_silent() {
    for text in [
        "self.local",
        "threading.local()",
        "torch._C._local",
        "module.internal.func",
        "google.protobuf.internal import x",
        "np.core.internal",
        "state.local = 3",
        ".env.local",
        "docker-compose.local.yml",
        "settings.local",
        "vite.config.local",
        "locale.local_x",
        "foo.localhost",
        "http://localhost:80",
        "http://127.0.0.1:80",
        "http://0.0.0.0:80",
        "http://169.254.169.254/latest",
        "http://metadata.google.internal/x",
        "http://host.docker.internal:1",
        "10.42.7.19",
        "version 10.42.7.19",
        "==10.42.7.19.1",
        "10.0.0.0/8",
        "http://192.0.2.1:80",
        "http://8.8.8.8:53",
        "http://172.32.0.1:80",
        "lr = 10.5",
        " 10.25, 10.5",
        "Server on 192.168.1.10 is online",
        "http://my-service.internal/x",
        "{host}.internal:80",
        "http://example.local:80",
        "172.16",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
