//! The path detectors on tables of paths and of what only looks like one.

use super::*;
use crate::engine::detect::Detected;
use crate::finding::Severity;

type Detect = fn(&[u8], Hit) -> Option<Detected>;

/// What the detector finds in `text`, at all of its triggers.
fn all<'t>(triggers: &[&str], detect: Detect, text: &'t str) -> Vec<(&'t str, Detected)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for trigger in triggers {
        for at in memchr::memmem::find_iter(lower.as_bytes(), trigger.as_bytes()) {
            if let Some(detected) = detect(text.as_bytes(), at..at + trigger.len()) {
                found.push((&text[detected.span.clone()], detected));
            }
        }
    }
    found
}

fn spans<'t>(triggers: &[&str], detect: Detect, text: &'t str) -> Vec<&'t str> {
    all(triggers, detect, text)
        .into_iter()
        .map(|(span, _)| span)
        .collect()
}

#[test]
fn homes_name_their_user() {
    for (text, path, user) in [
        (
            "cd /home/mlind/llm/train.py.",
            "/home/mlind/llm/train.py",
            "mlind",
        ),
        ("HOME=/home/mlind", "/home/mlind", "mlind"),
        (
            r"\u001b[0;32m/home/mlind/a.py\u001b[0m in f",
            "/home/mlind/a.py",
            "mlind",
        ),
        (
            "\"/Users/mara.lind/x.ipynb\"",
            "/Users/mara.lind/x.ipynb",
            "mara.lind",
        ),
        (
            r"C:\Users\Mara Lind\models\a.pt,",
            r"C:\Users\Mara Lind\models\a.pt",
            "Mara Lind",
        ),
        (
            r#""C:\\Users\\mlind\\models""#,
            r"C:\\Users\\mlind\\models",
            "mlind",
        ),
        ("c:/users/mlind/x", "c:/users/mlind/x", "mlind"),
        ("file:///home/mlind/x", "/home/mlind/x", "mlind"),
        ("file:///C:/Users/mlind/x", "C:/Users/mlind/x", "mlind"),
        (r"a\n/home/mlind/x", "/home/mlind/x", "mlind"),
        ("-I/home/mlind/include", "/home/mlind/include", "mlind"),
        ("PATH=/usr/bin:/home/mlind/bin", "/home/mlind/bin", "mlind"),
        (
            "/private/home/mlind/ckpt",
            "/private/home/mlind/ckpt",
            "mlind",
        ),
        ("/mnt/c/Users/mlind/x", "/mnt/c/Users/mlind/x", "mlind"),
        ("<code>/home/mlind/x</code>", "/home/mlind/x", "mlind"),
        ("│ /home/mlind/x.py:3 │", "/home/mlind/x.py", "mlind"),
        ("/home/müller/x", "/home/müller/x", "müller"),
        ("in „/home/mlind/x“", "/home/mlind/x", "mlind"),
    ] {
        let found = all(HOME_TRIGGERS, detect_home, text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, path);
        assert_eq!(found[0].1.evidence, [format!("names the user \"{user}\"")]);
        assert_eq!(
            spans(MACHINE_TRIGGERS, detect_machine, text),
            <[&str; 0]>::default(),
            "{text}"
        );
    }
}

#[test]
fn public_homes_links_and_templates_are_silent() {
    for text in [
        "/home/user/app",
        "/home/runner/work",
        "/home/ubuntu/x",
        "/home/ec2-user/x",
        "/home/jovyan/x",
        "/home/user1/x",
        "/home/your_name/x",
        "/home/<user>/x",
        "/home/$USER/x",
        "/home/{user}/x",
        "/home/*/x",
        "/home/xxx/x",
        "/Users/username/x",
        "/Users/Shared/x",
        r"C:\Users\Public\x",
        r"C:\Users\%USERNAME%\x",
        "/users/mlind/repos",
        "https://site.org/home/mlind/x",
        "https://site.org/Users/mlind/x",
        "](/home/mlind/x)",
        "href=\"/home/mlind/x\"",
        "./home/mlind/x",
        "~/home/mlind",
        "images/home/mlind/x",
        "${ROOT}/home/mlind/x",
        "/home/index.html",
        "/Users/1234/x",
        "/root/.cache/huggingface",
        "/root/.bashrc",
        "/root/",
        "/home/",
        "/api/home/mlind/x",
        "/root/entrypoint.sh",
    ] {
        assert_eq!(
            spans(HOME_TRIGGERS, detect_home, text),
            <[&str; 0]>::default(),
            "{text}"
        );
    }
}

#[test]
fn the_home_of_root_is_a_lesser_leak() {
    let found = all(HOME_TRIGGERS, detect_home, "python /root/llm/train.py");
    assert_eq!(
        (found[0].0, found[0].1.severity),
        ("/root/llm/train.py", Some(Severity::Low))
    );
}

#[test]
fn machine_paths_are_found() {
    for (text, path) in [
        ("out: /mnt/nas02/ckpt/llama", "/mnt/nas02/ckpt/llama"),
        ("/gpfs/nlp/de.txt", "/gpfs/nlp/de.txt"),
        ("/lustre/work/mlind", "/lustre/work/mlind"),
        ("/scratch/mlind", "/scratch/mlind"),
        ("/fsx-nlp/mlind/x", "/fsx-nlp/mlind/x"),
        ("/data/mlind/corpora/x.json", "/data/mlind/corpora/x.json"),
        ("/mnt/storage/.cache/hub", "/mnt/storage/.cache/hub"),
        ("file:///raid/mlind/x", "/raid/mlind/x"),
        ("/Volumes/Backup4/data/x", "/Volumes/Backup4/data/x"),
        (
            "/var/spool/slurm/job48151/script",
            "/var/spool/slurm/job48151/script",
        ),
        ("/tmp/slurm_48151/x", "/tmp/slurm_48151/x"),
        ("file:///srv/models/llama", "file:///srv/models/llama"),
        (r"\\nas02\models\llama", r"\\nas02\models\llama"),
        (r#""\\\\nas02\\models\\llama""#, r"\\\\nas02\\models\\llama"),
        (r" \\corp-nas\ml$ ", r"\\corp-nas\ml"),
        (r"D:\runs\run7\a.yaml", r"D:\runs\run7\a.yaml"),
        (r#""E:\\data\\corpus""#, r"E:\\data\\corpus"),
        ("D:/runs/run7", "D:/runs/run7"),
        (r#""x\nD:\runs\run7\n""#, r"D:\runs\run7"),
    ] {
        assert_eq!(
            spans(MACHINE_TRIGGERS, detect_machine, text),
            [path],
            "{text}"
        );
    }
}

#[test]
fn public_places_routes_and_escapes_are_silent() {
    for text in [
        "/mnt",
        "/data/",
        "/data/train.json",
        "/mnt/data/report.csv",
        "/usr/share/data/x/y",
        "/opt/conda/lib",
        "/dev/shm/x",
        "/tmp/run/x",
        "/content/drive/x",
        "/kaggle/working/x",
        "/workspace/run/x",
        "/path/to/data/x/y",
        "data/a/b/c",
        "https://host.io/data/x/y",
        "/api/data/v1/x",
        "](/data/a/b)",
        "fetch('/data/a/b')",
        "${X}/data/a/b",
        "$(pwd)/data/a/b",
        "/data/your_name/x",
        "/mnt/path/to/x",
        "/data/${RUN}/x",
        r"C:\Windows\System32",
        r"C:\Program Files\NVIDIA",
        r"C:\path\to\x",
        r#"re.match("\\d\s", x)"#,
        r#""loss:\nx""#,
        r"$ \\alpha\beta\gamma $",
        r"\\server\share\x",
        "Slurm job 48151",
        "file:///usr/share/x",
        "file:///path/to/x",
        "//cdn.site.io/data/x/y",
        "https://gcc:/x",
    ] {
        assert_eq!(
            spans(MACHINE_TRIGGERS, detect_machine, text),
            <[&str; 0]>::default(),
            "{text}"
        );
    }
}

#[test]
fn buckets_are_found_unless_public_or_made_up() {
    for (text, url) in [
        (
            "'s3://lind-ml-prod/ckpt/step4'",
            "s3://lind-ml-prod/ckpt/step4",
        ),
        ("gs://nordwind-corpora.", "gs://nordwind-corpora"),
        (
            "abfss://raw@nordlake.dfs.core.windows.net/t",
            "abfss://raw@nordlake.dfs.core.windows.net/t",
        ),
        (
            "hdfs://nn1.nordwind:8020/logs",
            "hdfs://nn1.nordwind:8020/logs",
        ),
        ("s3://lind-ml-prod/{run}", "s3://lind-ml-prod/"),
    ] {
        assert_eq!(spans(BUCKET_TRIGGERS, detect_bucket, text), [url], "{text}");
    }
    for text in [
        "s3://my-bucket/x",
        "s3://bucket/x",
        "s3://your-bucket-name/x",
        "s3://{bucket}/x",
        "s3://<bucket>/x",
        "s3://$B/x",
        "s3://commoncrawl/x",
        "gs://gcp-public-data-x/y",
        "s3://",
        "startswith('gs://')",
        "hdfs:///absolute",
        "logs://nordwind-x",
        "s3://lind-{env}/x",
        "abfss://container@account.dfs.core.windows.net/x",
        "s3://example-data/x",
        "s3://bucket1/x",
    ] {
        assert_eq!(
            spans(BUCKET_TRIGGERS, detect_bucket, text),
            <[&str; 0]>::default(),
            "{text}"
        );
    }
}

#[test]
fn long_paths_are_cut_and_odd_bytes_end_them() {
    let long = format!("/home/mlind/{}", "a/".repeat(400));
    let found = spans(HOME_TRIGGERS, detect_home, &long);
    assert!(found.len() == 1 && found[0].len() <= LONGEST);
    let raw = b"\x8cA/home/mlind/x\x94\xff";
    let found = detect_home(raw, 2..8).expect("a path in a pickle");
    assert_eq!(&raw[found.span], b"/home/mlind/x");
}
