//! What names in Keras configurations stand for.
//!
//! In: a module and a name. Out: whether it is Keras' own, and what harm is
//! known of it.

use crate::finding::Severity;

/// What a known name does.
pub(super) struct Harm {
    pub(super) severity: Severity,
    /// Behind "which".
    pub(super) does: &'static str,
}

/// Packages of Keras, whose layers are safe to build.
const PACKAGES: &[&str] = &[
    "keras",
    "tf_keras",
    "keras_core",
    "keras_hub",
    "keras_nlp",
    "keras_cv",
    "keras_rs",
];

/// Modules of others that Keras' own objects are written with.
const MODULES: &[&str] = &["tensorflow.keras", "tensorflow.python.keras"];

/// Names of Python's `builtins` that run code or reach anything.
const BUILTINS: &[&str] = &[
    "eval",
    "exec",
    "compile",
    "open",
    "getattr",
    "setattr",
    "delattr",
    "globals",
    "locals",
    "vars",
    "__import__",
    "__build_class__",
    "breakpoint",
    "input",
    "help",
    "print",
    "memoryview",
];

/// Packages with a way to run commands, load code or reach files and network.
const DANGEROUS: &[&str] = &[
    "_io",
    "_osx_support",
    "_pickle",
    "_posixsubprocess",
    "_pyrepl",
    "_testcapi",
    "aiohttp",
    "antigravity",
    "ast",
    "asyncio",
    "bdb",
    "bz2",
    "cProfile",
    "cffi",
    "cloudpickle",
    "code",
    "codecs",
    "codeop",
    "commands",
    "concurrent",
    "ctypes",
    "dill",
    "distutils",
    "doctest",
    "ensurepip",
    "fileinput",
    "ftplib",
    "functools",
    "gc",
    "glob",
    "gzip",
    "http",
    "httpx",
    "idlelib",
    "imaplib",
    "imp",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "joblib",
    "lib2to3",
    "linecache",
    "logging",
    "lzma",
    "mailbox",
    "marshal",
    "mmap",
    "multiprocessing",
    "netrc",
    "nt",
    "ntpath",
    "operator",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "pickletools",
    "pip",
    "pkg_resources",
    "pkgutil",
    "platform",
    "poplib",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "py_compile",
    "pydoc",
    "requests",
    "resource",
    "runpy",
    "sched",
    "select",
    "setuptools",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "sysconfig",
    "tarfile",
    "telnetlib",
    "tempfile",
    "test",
    "this",
    "threading",
    "timeit",
    "torch",
    "trace",
    "turtle",
    "types",
    "urllib",
    "urllib2",
    "urllib3",
    "uuid",
    "venv",
    "weakref",
    "webbrowser",
    "wsgiref",
    "xml",
    "xmlrpc",
    "yaml",
    "zipfile",
    "zipimport",
];

/// Functions and classes of Keras itself that do more than compute.
const GADGETS: &[(&str, Severity, &str)] = &[
    (
        "enable_unsafe_deserialization",
        Severity::Critical,
        "lets all code of the model run",
    ),
    ("get_file", Severity::Critical, "downloads a file"),
    ("extract_archive", Severity::Critical, "unpacks an archive"),
    ("load_model", Severity::Critical, "loads another model"),
    ("func_load", Severity::Critical, "loads Python bytecode"),
    ("pip_install", Severity::Critical, "installs a package"),
    ("load_weights", Severity::High, "reads a file"),
    ("save_model", Severity::High, "writes a file"),
    ("save_weights", Severity::High, "writes a file"),
    ("save_img", Severity::High, "writes a file"),
    ("load_img", Severity::High, "reads a file"),
    ("load_data", Severity::High, "downloads a file"),
    (
        "plot_model",
        Severity::High,
        "writes a file and runs a program",
    ),
    ("model_from_json", Severity::High, "loads another model"),
    ("from_preset", Severity::High, "downloads another model"),
    (
        "image_dataset_from_directory",
        Severity::High,
        "reads files",
    ),
    ("text_dataset_from_directory", Severity::High, "reads files"),
    (
        "audio_dataset_from_directory",
        Severity::High,
        "reads files",
    ),
    ("RemoteMonitor", Severity::High, "sends data to an address"),
    ("TorchModuleWrapper", Severity::High, "loads a pickle"),
    (
        "TFSMLayer",
        Severity::High,
        "loads another model from a folder",
    ),
    (
        "JaxLayer",
        Severity::Medium,
        "calls functions of the model's own",
    ),
    (
        "FlaxLayer",
        Severity::Medium,
        "calls functions of the model's own",
    ),
    (
        "LambdaCallback",
        Severity::High,
        "calls functions of the model's own",
    ),
    ("CSVLogger", Severity::High, "writes a file"),
    ("ModelCheckpoint", Severity::High, "writes a file"),
    ("BackupAndRestore", Severity::High, "writes a file"),
];

/// Parts of Keras' packages whose functions no layer refers to.
const INNER: &[&str] = &[
    "utils",
    "saving",
    "legacy",
    "callbacks",
    "datasets",
    "backend",
    "export",
    "api_export",
    "trainers",
    "models",
    "applications",
];

/// What harm is known of a name.
pub(super) fn gadget(module: &str, name: &str, function: bool) -> Option<Harm> {
    let package = module.split('.').next().unwrap_or_default();
    if DANGEROUS.contains(&package) {
        return Some(Harm {
            severity: Severity::Critical,
            does: "can run any code",
        });
    }
    if package == "builtins" {
        // Functions of Keras without a module are written so, too.
        return (!function || BUILTINS.contains(&name)).then_some(Harm {
            severity: Severity::Critical,
            does: "can run any code",
        });
    }
    if !known(module) {
        return None;
    }
    let last = name.rsplit(['.', '>']).next().unwrap_or(name);
    let found = GADGETS.iter().find(|(gadget, ..)| *gadget == last);
    if let Some((_, severity, does)) = found {
        return Some(Harm {
            severity: *severity,
            does,
        });
    }
    let inner = module.split('.').any(|part| INNER.contains(&part));
    (function && inner).then_some(Harm {
        severity: Severity::Medium,
        does: "is no part of a model",
    })
}

/// Is a module Keras' own, or none at all?
pub(super) fn known(module: &str) -> bool {
    let package = module.split('.').next().unwrap_or_default();
    module.is_empty()
        || module == "builtins"
        || PACKAGES.contains(&package)
        || MODULES.iter().any(|known| {
            module
                .strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
}

/// Is the package of a registered name, `package>Name`, one of Keras?
pub(super) fn known_package(registered: &str) -> bool {
    let package = registered.split('>').next().unwrap_or_default();
    let package = package.to_ascii_lowercase();
    PACKAGES.contains(&package.as_str()) || matches!(package.as_str(), "builtins" | "core")
}

/// `module.name` for people.
pub(super) fn shown(module: &str, name: &str) -> String {
    match (module.is_empty(), name.is_empty()) {
        (true, _) => plain(name),
        (false, true) => plain(module),
        (false, false) => format!("{}.{}", plain(module), plain(name)),
    }
}

/// A name as it is, if it is one; nothing else of a file is shown.
pub(super) fn plain(name: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || "_.>- ".contains(c);
    if name.len() <= 64 && name.chars().all(fine) {
        name.to_owned()
    } else {
        "(a strange name)".to_owned()
    }
}
