//! Object stores: `s3://`, `gs://`, `abfss://` and their like.
//!
//! In: the scheme in a text. Out: the URL, unless its bucket is public or
//! made up.

use super::{Hit, end_of, goes_on_as_template, is_slash, quoted};
use crate::engine::detect::Detected;

pub(in crate::engine) const TRIGGERS: &[&str] = &[
    "s3://", "s3a://", "s3n://", "gs://", "gcs://", "abfs://", "abfss://", "az://", "adl://",
    "wasb://", "wasbs://", "oss://", "cos://", "obs://", "tos://", "hdfs://", "r2://", "b2://",
];

/// Buckets everybody may read, by how their names start.
const PUBLIC: &[&str] = &[
    "commoncrawl",
    "gcp-public-data",
    "fast-ai",
    "huggingface",
    "hf-",
    "models.huggingface.co",
    "datasets.huggingface.co",
    "tfds-data",
    "tfhub",
    "tpu-pytorch",
    "cloud-tpu",
    "bert_models",
    "t5-data",
    "tensorflow",
    "download.tensorflow",
    "download.pytorch",
    "pytorch",
    "ossci-",
    "magentadata",
    "flax",
    "jax",
    "openneuro",
    "1000genomes",
    "sagemaker-sample",
    "allennlp",
    "ai2-",
    "allenai",
    "arxiv",
    "nvidia-",
    "laion",
    "open-images",
    "quickdraw",
    "noaa-",
    "landsat",
    "sentinel-",
    "nyc-tlc",
    "amazon-reviews",
    "dask-data",
    "anaconda-public",
    "ray-example",
    "anonymous",
    "open-mmlab",
    "kfserving-examples",
    "kserve",
    "mlflow-",
    "dl.fbaipublicfiles",
    "scale-ml",
    "gresearch",
    "big_transfer",
    "vit_models",
    "paddle-",
    "big-bench",
    "albert_models",
    "electra-data",
    "xlnet",
    "google-",
    "deepmind",
    "dm_",
    "mosaicml-internal",
    "llmfoundry",
    "coco-dataset",
    "usgs-",
    "spacenet",
    "ultralytics",
    "nerfstudio",
    "openscapes",
    "rapidsai",
];
/// Buckets of documentation, whole names, without trailing digits.
const MADE_UP: &[&str] = &[
    "bucket",
    "bucket-name",
    "bucket_name",
    "bucketname",
    "mybucket",
    "foo",
    "bar",
    "baz",
    "test",
    "tests",
    "test-bucket",
    "test_bucket",
    "testbucket",
    "path",
    "data",
    "data-bucket",
    "example",
    "name",
    "some",
    "dir",
    "folder",
    "models",
    "datasets",
    "dataset",
    "container",
    "namenode",
    "host",
    "localhost",
    "container-name",
    "abc",
    "xyz",
    "key",
    "default",
    "checkpoints",
    "fake",
    "fake-bucket",
    "dummy",
    "sample",
    "artifacts",
    "mlflow",
    "private",
    "public",
    "root",
    "a",
    "b",
    "bkt",
    "src",
    "dst",
    "tmp",
    "temp",
    "logs",
    "output",
    "input",
    "results",
    "train",
    "remote",
    "relative",
];
const MADE_UP_STARTS: &[&str] = &[
    "my-", "my_", "my.", "your", "some-", "some_", "example", "bucket", "<", "xxx", "foo-",
    "path-", "test-",
];
/// Words anywhere in a made-up name.
const MADE_UP_WORDS: &[&str] = &[
    "example",
    "your-",
    "your_",
    "placeholder",
    "my-bucket",
    "mybucket",
    "bucket-name",
    "bucket_name",
    "yourbucket",
];

/// Look at the scheme at `hit`.
pub(in crate::engine) fn detect(text: &[u8], hit: Hit) -> Option<Detected> {
    let before = &text[..hit.start];
    // `\ns3://…` in an escaped string.
    let is_escape = matches!(before, [.., b'\\', b'n' | b't' | b'r']);
    if before.last().is_some_and(u8::is_ascii_alphanumeric) && !is_escape {
        return None;
    }
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
    let ceiling = (hit.end + 128).min(text.len());
    let length = text[hit.end..ceiling]
        .iter()
        .position(|byte| !is_name(byte))
        .unwrap_or(ceiling - hit.end);
    let mut name = text[hit.end..hit.end + length].to_ascii_lowercase();
    if goes_on_as_template(text, hit.end + length) || text.get(hit.end + length) == Some(&b'%') {
        return None;
    }
    while name
        .last()
        .is_some_and(|byte| !byte.is_ascii_alphanumeric())
    {
        name.pop();
    }
    // `container@account.host`: the account is the owner.
    let owners = name
        .split(|byte| *byte == b'@')
        .filter(|part| !part.is_empty());
    let judged = owners.map(|part| part.split(|byte| *byte == b'.').next().unwrap_or(part));
    let bare = name.len() < 3
        || std::str::from_utf8(&name).map_or(true, |name| is_public(name) || is_made_up(name));
    if bare
        || judged
            .filter_map(|part| std::str::from_utf8(part).ok())
            .all(is_made_up)
    {
        return None;
    }
    if memchr::memmem::find(&name, b"account.").is_some()
        || memchr::memmem::find(&name, b"accountname").is_some()
    {
        return None;
    }
    // `hdfs://namenode:8020/…`
    let mut authority = hit.end + name.len();
    if text.get(authority) == Some(&b':') {
        let digits = text[authority + 1..]
            .iter()
            .take(5)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        authority += if digits > 0 { digits + 1 } else { 0 };
    }
    let end = end_of(text, authority, is_slash);
    Some(Detected {
        evidence: vec![format!("names the bucket \"{}\"", quoted(&name))],
        ..Detected::at(hit.start..end)
    })
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|start| name.starts_with(start)) || name.contains("public")
}

fn is_made_up(name: &str) -> bool {
    let word = name
        .trim_end_matches(|byte: char| byte.is_ascii_digit())
        .trim_end_matches(['-', '_']);
    word.is_empty()
        || MADE_UP.contains(&word)
        || MADE_UP_STARTS.iter().any(|start| name.starts_with(start))
        || MADE_UP_WORDS.iter().any(|part| name.contains(part))
}
