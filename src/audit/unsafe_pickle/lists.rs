//! What is known of the names a pickle may import.
//!
//! In: a module and a name, as a pickle gives them. Out: what the lists of
//! `patterns/pickle-globals.toml` say of them.

include!(concat!(env!("OUT_DIR"), "/pickle_globals.rs"));

/// What the lists say of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Only makes data, however it is called.
    Harmless,
    /// The same, but it calls the names among its arguments.
    Applies,
    /// Unpickles its argument.
    Loads,
    /// A class that may be made without its constructor, or a function that
    /// models keep without calling it.
    Class,
    /// Not listed.
    Unknown,
    /// Runs code, or leads to what does.
    Dangerous,
}

/// A module and a name in it, under the names of Python 3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    module: String,
    name: String,
}

impl Name {
    pub(super) fn new(module: &str, name: &str) -> Self {
        Self {
            module: modern(module).to_owned(),
            name: name.to_owned(),
        }
    }

    pub(super) fn is(&self, module: &str, name: &str) -> bool {
        self.module == module && self.name == name
    }

    /// Elements are put into its objects by methods of its own.
    pub(super) fn is_list(&self) -> bool {
        let names = match &*self.module {
            "builtins" => &["list", "set", "bytearray"][..],
            "collections" => &["deque", "UserList"],
            "array" => &["array", "_array_reconstructor"],
            _ => &[],
        };
        names.contains(&&*self.name)
    }

    /// The argument that it calls with what the pickle says.
    pub(super) fn calls_argument(&self) -> Option<usize> {
        match &*self.module {
            "torch._tensor" | "torch.tensor" => Some(0),
            "numpy.random._pickle" => Some(1),
            _ => None,
        }
    }

    /// Module and name with a dot between, as Python prints it.
    pub(super) fn dotted(&self) -> String {
        if self.name.is_empty() {
            return self.module.clone();
        }
        format!("{}.{}", self.module, self.name)
    }

    pub(super) fn standing(&self) -> Standing {
        let exact = format!("{} {}", self.module, self.name);
        let listed = |table: &[&str]| table.binary_search(&&*exact).is_ok();
        if listed(APPLIES) {
            Standing::Applies
        } else if listed(LOADS) {
            Standing::Loads
        } else if listed(HARMLESS) {
            Standing::Harmless
        } else if listed(CLASSES) {
            Standing::Class
        } else if is_dangerous(&self.dotted()) || self.reaches_out() {
            Standing::Dangerous
        } else if self.is_packaged_class() || self.is_held() {
            Standing::Class
        } else {
            Standing::Unknown
        }
    }

    /// A name with dots is a chain of attributes: any module may hold another
    /// one (`shelter.os`, `system`), or lead to its globals.
    fn reaches_out(&self) -> bool {
        let mut rest = self.name.as_str();
        if self.name.split('.').any(is_way_out) {
            return true;
        }
        while let Some((first, after)) = rest.split_once('.') {
            // A class of its own may well have such a name: `Path.parent`.
            if first.starts_with(|c: char| c.is_lowercase() || c == '_') && is_dangerous(rest) {
                return true;
            }
            rest = after;
        }
        // `import_module("x.os")` and the like give the module itself.
        self.module.rsplit_once('.').is_some_and(|(_, last)| {
            let known = [
                "os",
                "sys",
                "subprocess",
                "builtins",
                "importlib",
                "posix",
                "nt",
            ];
            known.contains(&last)
        })
    }

    /// A function of one of the modules whose functions models keep.
    fn is_held(&self) -> bool {
        !self.name.contains('.')
            && prefixes(&self.module).any(|prefix| HELD.binary_search(&prefix).is_ok())
    }

    /// A capitalised name in one of the packages.
    fn is_packaged_class(&self) -> bool {
        let own = self.name.trim_start_matches('_');
        let class = own.starts_with(|c: char| c.is_ascii_uppercase()) && !own.contains('.');
        class && prefixes(&self.module).any(|prefix| PACKAGES.binary_search(&prefix).is_ok())
    }
}

/// Attributes that lead from any object to everything.
fn is_way_out(part: &str) -> bool {
    matches!(
        part,
        "__globals__"
            | "__builtins__"
            | "__subclasses__"
            | "__mro__"
            | "__bases__"
            | "__base__"
            | "__code__"
            | "__closure__"
            | "__dict__"
            | "__getattribute__"
            | "__reduce__"
            | "__reduce_ex__"
            | "__init_subclass__"
            | "__loader__"
            | "__spec__"
            | "__import__"
            | "__self__"
            | "__func__"
            | "__wrapped__"
            | "gi_frame"
            | "f_globals"
            | "f_builtins"
    )
}

fn is_dangerous(dotted: &str) -> bool {
    prefixes(dotted).any(|prefix| DANGEROUS.binary_search(&prefix).is_ok())
}

/// `a`, `a.b` and `a.b.c` of `a.b.c`.
fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    let ends = dotted.match_indices('.').map(|(at, _)| at);
    ends.chain([dotted.len()])
        .filter_map(|end| dotted.get(..end))
}

/// The module of Python 3 that unpickling takes for one of Python 2.
fn modern(module: &str) -> &str {
    match module {
        "__builtin__" | "exceptions" | "__builtins__" => "builtins",
        "copy_reg" => "copyreg",
        "cPickle" => "pickle",
        "cStringIO" | "StringIO" => "io",
        "whichdb" | "dumbdbm" | "anydbm" => "dbm",
        "UserDict" | "UserList" | "UserString" => "collections",
        "repr" => "reprlib",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [HARMLESS, APPLIES, LOADS, CLASSES, PACKAGES, HELD, DANGEROUS] {
            assert!(table.is_sorted(), "{:?}", table.first());
        }
    }

    #[test]
    fn standings() {
        let of = |module, name| Name::new(module, name).standing();
        for (module, name) in [
            ("os", "system"),
            ("os.path", "join"),
            ("__builtin__", "eval"),
            ("asyncio.unix_events", "_UnixSubprocessTransport._start"),
            ("anything", "os.system"),
            ("anything", "Thing.__globals__"),
            ("torch.serialization", "load"),
            ("uuid", "_get_command_stdout"),
            ("sklearn.utils", "os.system"),
            ("copy_reg", "add_extension"),
            ("functools", "reduce"),
        ] {
            assert_eq!(of(module, name), Standing::Dangerous, "{module}.{name}");
        }
        for (module, name) in [
            ("collections", "OrderedDict"),
            ("uuid", "UUID"),
            ("torch._utils", "_rebuild_tensor_v2"),
            ("__builtin__", "set"),
        ] {
            assert_eq!(of(module, name), Standing::Harmless, "{module}.{name}");
        }
        assert_eq!(of("functools", "partial"), Standing::Applies);
        assert_eq!(of("sklearn.svm._classes", "SVC"), Standing::Class);
        assert_eq!(
            of("sklearn.metrics._classification", "accuracy_score"),
            Standing::Class
        );
        assert_eq!(
            of("scipy.stats._continuous_distns", "norm_gen"),
            Standing::Unknown
        );
        assert_eq!(of("osmium", "system"), Standing::Unknown);
    }
}
