//! A Hub on loopback, as much of it as an upload needs.
//!
//! In: requests of the client. Out: what it sent. It ends by itself after a
//! while or a number of requests.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Longest life and most requests.
const LIFE: Duration = Duration::from_secs(120);
const REQUESTS: usize = 200;

/// What the client sent.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) requests: Vec<String>,
    /// Path and first bytes of each file of a preupload.
    pub(crate) preuploaded: BTreeMap<String, Vec<u8>>,
    /// Path and content of each file of a commit.
    pub(crate) committed: BTreeMap<String, Vec<u8>>,
    /// Texts of cards to be checked.
    pub(crate) checked: Vec<String>,
}

pub(crate) struct Hub {
    pub(crate) endpoint: String,
    seen: Arc<Mutex<Seen>>,
    end: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Hub {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (seen, end) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let serving = Serving {
            endpoint: endpoint.clone(),
            seen: Arc::clone(&seen),
        };
        let stop = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            let (began, mut left) = (Instant::now(), REQUESTS);
            while !stop.load(Ordering::Relaxed) && began.elapsed() < LIFE && left > 0 {
                match listener.accept() {
                    Ok((stream, _)) => {
                        left -= 1;
                        serving.serve(&stream);
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        Self {
            endpoint,
            seen,
            end,
            thread,
        }
    }

    /// Close, and say what was seen.
    pub(crate) fn close(self) -> Seen {
        self.end.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

struct Serving {
    endpoint: String,
    seen: Arc<Mutex<Seen>>,
}

impl Serving {
    fn serve(&self, mut stream: &TcpStream) {
        stream.set_nonblocking(false).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let Some((request, body)) = read(stream) else {
            return;
        };
        let (status, answer) = self.answer(&request, &body);
        self.seen.lock().unwrap().requests.push(request);
        let answer = answer.to_string();
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        );
    }

    fn answer(&self, request: &str, body: &[u8]) -> (&'static str, Value) {
        let mut seen = self.seen.lock().unwrap();
        let path = request.split(' ').nth(1).unwrap_or_default();
        let page = path.split('?').next().unwrap_or_default();
        if page == "/api/repos/create" {
            let asked: Value = serde_json::from_slice(body).unwrap();
            let name = asked["name"].as_str().unwrap();
            let kind = match asked["type"].as_str() {
                Some("dataset") => "datasets/",
                Some("space") => "spaces/",
                _ => "",
            };
            let user = asked["organization"].as_str().unwrap_or("user");
            let url = format!("{}/{kind}{user}/{name}", self.endpoint);
            (
                "200 OK",
                json!({"url": url, "name": format!("{user}/{name}"), "id": "1"}),
            )
        } else if page == "/api/validate-yaml" {
            let asked: Value = serde_json::from_slice(body).unwrap();
            seen.checked
                .push(asked["content"].as_str().unwrap().to_owned());
            ("200 OK", json!({"errors": [], "warnings": []}))
        } else if page.contains("/preupload/") {
            ("200 OK", preupload(&mut seen, body))
        } else if page.contains("/commit/") {
            commit(&mut seen, body);
            let oid = "0".repeat(40);
            let url = format!("{}/user/m/commit/{oid}", self.endpoint);
            (
                "200 OK",
                json!({"success": true, "commitOid": oid, "commitUrl": url, "pullRequestUrl": format!("{}/user/m/discussions/1", self.endpoint), "hookOutput": ""}),
            )
        } else if page.starts_with("/api/buckets/") && page.contains("/tree") {
            ("200 OK", json!([]))
        } else if page.starts_with("/api/") {
            (
                "200 OK",
                json!({"id": "user/m", "_id": "1", "sha": "0".repeat(40), "name": "user", "type": "user", "siblings": [], "private": false, "tags": [], "downloads": 0, "likes": 0}),
            )
        } else {
            ("404 Not Found", json!({"error": "no such page"}))
        }
    }
}

/// Which files are wanted: the Hub reads the `.gitignore` that comes along as
/// git does.
fn preupload(seen: &mut Seen, body: &[u8]) -> Value {
    let asked: Value = serde_json::from_slice(body).unwrap();
    let mut files = Vec::new();
    let paths: Vec<&str> = asked["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let path = file["path"].as_str().unwrap();
            let sample = STANDARD.decode(file["sample"].as_str().unwrap()).unwrap();
            seen.preuploaded.insert(path.to_owned(), sample);
            path
        })
        .collect();
    let ignored = match asked["gitIgnore"].as_str() {
        Some(rules) => ignored(rules, &paths),
        None => vec![false; paths.len()],
    };
    for (path, ignored) in paths.iter().zip(ignored) {
        files.push(json!({"path": path, "uploadMode": "regular", "shouldIgnore": ignored}));
    }
    json!({"files": files, "commitOid": "0".repeat(40)})
}

/// What git itself ignores under these rules.
fn ignored(rules: &str, paths: &[&str]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).args([
            "-c",
            "core.excludesFile=",
            "-c",
            "core.ignoreCase=false",
        ]);
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    };
    assert!(git(&["init", "-q"]).status().unwrap().success());
    std::fs::write(folder.path().join(".gitignore"), rules).unwrap();
    let mut child = git(&["check-ignore", "--no-index", "-z", "--stdin"])
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for path in paths {
        // A path to git, not a pattern or an option.
        stdin.write_all(format!("./{path}\0").as_bytes()).unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let named: Vec<&str> = text.split_terminator('\0').collect();
    paths
        .iter()
        .map(|path| named.contains(&format!("./{path}").as_str()))
        .collect()
}

fn commit(seen: &mut Seen, body: &[u8]) {
    for line in body
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let line: Value = serde_json::from_slice(line).unwrap();
        if line["key"] == "file" {
            let path = line["value"]["path"].as_str().unwrap().to_owned();
            let content = line["value"]["content"].as_str().unwrap();
            let content = STANDARD.decode(content).unwrap();
            assert!(seen.committed.insert(path, content).is_none());
        }
    }
}

/// The first line of a request, and its body.
fn read(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
    }
    assert!(!chunked, "the client sends a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let words: Vec<&str> = first.split(' ').take(2).collect();
    Some((words.join(" "), body))
}
