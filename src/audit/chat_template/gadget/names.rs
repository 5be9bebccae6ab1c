//! Names that a template has no business to name, and what makes them so.
//!
//! Lists and tests of one name each; nothing enters but names.

/// Names that lead to running code, wherever they stand as an attribute.
pub(super) const RUNS: &[&str] = &[
    "__subclasses__",
    "__globals__",
    "__builtins__",
    "__import__",
    "__code__",
    "__loader__",
    "__reduce__",
    "__reduce_ex__",
    "func_globals",
    "func_code",
    "f_globals",
    "f_builtins",
    "f_locals",
    "gi_frame",
    "gi_code",
    "cr_frame",
    "ag_frame",
    "tb_frame",
    "import_module",
    "load_module",
    "subprocess",
    "popen",
    "Popen",
    "check_output",
    "getoutput",
];

/// Names without underscores around them that reach out of a template.
pub(super) const REACHES: &[&str] = &[
    "mro",
    "im_func",
    "im_self",
    "f_back",
    "_TemplateReference__context",
    "format_map",
];

/// Functions that run code when a template calls them.
pub(super) const CALLS: &[&str] = &["eval", "exec", "execfile", "compile", "__import__", "open"];

/// Methods that run code when they are called.
pub(super) const METHODS: &[&str] = &["system", "spawn", "execv", "eval", "exec"];

/// What Jinja or a web framework puts into every template and only an escape
/// looks into.
pub(super) const ROOTS: &[&str] = &[
    "lipsum",
    "cycler",
    "joiner",
    "namespace",
    "request",
    "config",
    "self",
    "url_for",
    "get_flashed_messages",
    "range",
    "dict",
    "raise_exception",
    "strftime_now",
    "current_app",
];

/// Attributes of `request` and `config` of a web framework.
pub(super) const FRAMEWORK: &[&str] = &[
    "application",
    "environ",
    "args",
    "cookies",
    "headers",
    "values",
    "from_object",
    "from_pyfile",
    "from_envvar",
    "SECRET_KEY",
];

/// `__x__`.
pub(super) fn is_dunder(name: &str) -> bool {
    let inner = name
        .strip_prefix("__")
        .and_then(|name| name.strip_suffix("__"));
    let letters = |inner: &str| {
        inner
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && inner.bytes().any(|byte| byte != b'_')
    };
    name.len() <= 40 && inner.is_some_and(letters)
}

/// Attributes that Python itself gives its objects: what a string must be to
/// count, since texts have underscores of their own.
const PYTHON: &[&str] = &[
    "__class__",
    "__base__",
    "__bases__",
    "__mro__",
    "__init__",
    "__new__",
    "__dict__",
    "__getattribute__",
    "__getattr__",
    "__getitem__",
    "__setattr__",
    "__call__",
    "__self__",
    "__func__",
    "__wrapped__",
    "__module__",
    "__doc__",
    "__closure__",
    "__defaults__",
    "__enter__",
    "__exit__",
    "__init_subclass__",
    "__subclasshook__",
    "__spec__",
];

pub(super) fn is_python(name: &str) -> bool {
    PYTHON.contains(&name) || (RUNS.contains(&name) && name.contains('_'))
}
