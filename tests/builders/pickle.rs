//! Pickles made of opcodes: a small assembler, and one pickle for every way to
//! run code that scanners are known to miss.
//!
//! Out: bytes. Nothing here is ever loaded.

#![allow(dead_code, unreachable_pub)] // each test uses its part

/// A whole stream of a protocol.
pub(crate) fn stream(protocol: u8, body: &[u8]) -> Vec<u8> {
    [&[0x80, protocol], body, b"."].concat()
}

/// `SHORT_BINUNICODE` or `BINUNICODE`.
pub(crate) fn text(value: &str) -> Vec<u8> {
    match u8::try_from(value.len()) {
        Ok(length) => [&[0x8c, length], value.as_bytes()].concat(),
        Err(_) => {
            let length = (value.len() as u32).to_le_bytes();
            [b"X", &length[..], value.as_bytes()].concat()
        }
    }
}

/// `BINBYTES`.
pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u32).to_le_bytes();
    [b"B", &length[..], value].concat()
}

/// GLOBAL: the names stand in the stream.
pub(crate) fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

/// `STACK_GLOBAL`: the names stand on the stack.
pub(crate) fn stack_global(module: &str, name: &str) -> Vec<u8> {
    [text(module), text(name), vec![0x93]].concat()
}

/// A tuple of what these bytes push.
pub(crate) fn tuple(items: &[Vec<u8>]) -> Vec<u8> {
    [b"(".to_vec(), items.concat(), b"t".to_vec()].concat()
}

/// REDUCE.
pub(crate) fn call(callee: &[u8], arguments: &[Vec<u8>]) -> Vec<u8> {
    [callee, &tuple(arguments), b"R"].concat()
}

/// NEWOBJ of a class with these arguments, and BUILD of a state.
pub(crate) fn object(class: &[u8], state: &[u8]) -> Vec<u8> {
    [class, b")\x81", state, b"b"].concat()
}

/// A dictionary of what these bytes push by turns.
pub(crate) fn dict(items: &[Vec<u8>]) -> Vec<u8> {
    [b"}(".to_vec(), items.concat(), b"u".to_vec()].concat()
}

/// What loading `os.system("id")` calls, in one opcode after the other.
pub(crate) fn system() -> Vec<u8> {
    call(&global("os", "system"), &[text("id")])
}

/// What [`joblib`] writes for an array of 8-byte numbers: the object that
/// stands for it, then padding and data between the opcodes.
pub(crate) fn joblib_array(data: &[u8], aligned: bool) -> Vec<u8> {
    let dtype = call(
        &global("numpy", "dtype"),
        &[text("u1"), vec![0x89], vec![0x88]],
    );
    let shape = tuple(&[[b"M", &(data.len() as u16).to_le_bytes()[..]].concat()]);
    let mut state = vec![
        text("subclass"),
        global("numpy", "ndarray"),
        text("shape"),
        shape,
        text("order"),
        text("C"),
        text("dtype"),
        dtype,
        text("allow_mmap"),
        vec![0x88],
    ];
    let mut padding: &[u8] = b"";
    if aligned {
        state.extend([text("numpy_array_alignment_bytes"), b"K\x10".to_vec()]);
        padding = b"\x02\xff\xff";
    }
    let wrapper = global("joblib.numpy_pickle", "NumpyArrayWrapper");
    [
        object(&wrapper, &dict(&state)),
        padding.to_vec(),
        data.to_vec(),
    ]
    .concat()
}

/// Base64 without padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |sum, &byte| (sum << 8) | u32::from(byte));
        let group = group << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            out.push(char::from(digits[(group >> (18 - 6 * at) & 63) as usize]));
        }
    }
    out
}

/// What is to be said of a pickle: no finding, `suspicious` or `dangerous`, and
/// the severity in front.
pub(crate) type Mechanism = (&'static str, &'static str, Vec<u8>);

/// Every mechanism of the bypass catalogue that concerns pickles.
pub(crate) fn mechanisms() -> Vec<Mechanism> {
    [
        direct(),
        hidden_names(),
        streams(),
        broken(),
        resolvers(),
        modules(),
        objects(),
    ]
    .concat()
}

#[rustfmt::skip] // a table
fn direct() -> Vec<Mechanism> {
    let id = || vec![text("id")];
    vec![
        ("REDUCE", "critical dangerous", stream(2, &system())),
        ("protocol 0", "critical dangerous", b"cos\nsystem\n(S'id'\ntR.".to_vec()),
        ("INST", "critical dangerous", b"(S'id'\nios\nsystem\n.".to_vec()),
        ("OBJ", "critical dangerous", stream(2, &[b"(", &global("os", "system")[..], &text("id"), b"o"].concat())),
        ("NEWOBJ", "critical dangerous", stream(2, &[&global("subprocess", "Popen")[..], &tuple(&id()), b"\x81"].concat())),
        ("NEWOBJ_EX", "critical dangerous", stream(4, &[&global("subprocess", "Popen")[..], &tuple(&id()), b"}\x92"].concat())),
        ("STACK_GLOBAL", "critical dangerous", stream(4, &call(&stack_global("os", "system"), &id()))),
        ("STRING operands", "critical dangerous", stream(4, &call(b"S'os'\nS'system'\n\x93", &id()))),
        ("BINSTRING operands", "critical dangerous", stream(4, &call(b"T\x02\0\0\0osU\x06system\x93", &id()))),
        ("UNICODE operands", "critical dangerous", stream(4, &call(b"Vos\nVsy\\u0073tem\n\x93", &id()))),
        ("BINUNICODE8 operands", "critical dangerous", stream(4, &call(b"\x8d\x02\0\0\0\0\0\0\0os\x8d\x06\0\0\0\0\0\0\0system\x93", &id()))),
        ("imported, not called", "high dangerous", stream(2, &global("posix", "system"))),
        ("called through a list", "critical dangerous", stream(2, &call(&global("__builtin__", "map"), &[global("os", "system"), [b"](".to_vec(), text("id"), b"e".to_vec()].concat()]))),
        ("an extension", "high suspicious", stream(2, b"\x82\x07)R")),
        ("an extension, registered first", "critical dangerous", stream(2, &[call(&global("copyreg", "add_extension"), &[text("os"), text("system"), b"K\x07".to_vec()]), b"0\x83\x07\0)R".to_vec()].concat())),
        ("EXT4", "high suspicious", stream(2, b"\x84\x07\0\0\0)R")),
        ("a persistent id", "high suspicious", stream(2, b"K\x01Q)R")),
        ("PERSID", "high suspicious", b"\x80\x02Pwho\n)R.".to_vec()),
        ("an unknown function", "medium suspicious", stream(2, &call(&global("mylib", "run"), &id()))),
        ("an unknown class", "medium suspicious", stream(2, &object(&global("__main__", "Net"), b"}"))),
        ("an unknown import", "medium suspicious", stream(2, &global("mylib", "run"))),
    ]
}

#[rustfmt::skip] // a table
fn hidden_names() -> Vec<Mechanism> {
    let id = [text("id")];
    let by = |body: &[u8]| stream(4, &call(body, &id));
    vec![
        ("PUT by its index, not by order", "critical dangerous", by(b"\x8c\x04safeq\x05\x8c\x02osq\x07\x8c\x06systemq\x01000h\x07h\x01\x93")),
        ("MEMOIZE counts entries", "critical dangerous", by(b"Nq\0q\0\x8c\x02os\x94\x8c\x06system\x94000h\x01h\x02\x93")),
        ("LONG_BINPUT and LONG_BINGET", "critical dangerous", by(b"\x8c\x02osr\x09\0\0\0\x8c\x06systemr\x0a\0\0\x0000j\x09\0\0\0j\x0a\0\0\0\x93")),
        ("PUT and GET as text", "critical dangerous", by(b"\x8c\x02osp7\n\x8c\x06systemp8\n00g7\ng8\n\x93")),
        ("DUP", "critical dangerous", by(b"\x8c\x02os2\x8c\x06system\x93")),
        ("POP and POP_MARK between", "critical dangerous", by(b"\x8c\x02os(K\x01K\x021\x8c\x06system\x8c\x04safe0\x93")),
        ("the callable from the memo", "critical dangerous", stream(2, &[&global("os", "system")[..], b"q\x030h\x03", &tuple(&id), b"R"].concat())),
        ("a name made by a call", "critical dangerous", by(&[call(&global("_codecs", "encode"), &[text("os"), text("latin1")]), text("system"), vec![0x93]].concat())),
        ("a name nobody can tell", "high suspicious", by(&[call(&global("mylib", "name"), &[]), text("system"), vec![0x93]].concat())),
        ("a name with dots", "critical dangerous", by(&stack_global("shelter", "os.system"))),
        ("a way to the globals", "critical dangerous", by(&stack_global("collections", "OrderedDict.__init__.__globals__"))),
        ("frames that lie", "critical dangerous", stream(4, &[b"\x95\xff\xff\xff\xff\xff\xff\xff\x7f".to_vec(), system()].concat())),
        ("no header", "critical dangerous", [b"N0".to_vec(), system(), b".".to_vec()].concat()),
        ("no header, a frame", "critical dangerous", [b"\x95\x10\0\0\0\0\0\0\0".to_vec(), call(&stack_global("os", "system"), &id), b".".to_vec()].concat()),
        ("PROTO in the middle", "critical dangerous", stream(2, &[b"\x80\x04".to_vec(), system()].concat())),
    ]
}

#[rustfmt::skip] // a table
fn streams() -> Vec<Mechanism> {
    let harmless = stream(2, &dict(&[text("a"), b"K\x01".to_vec()]));
    let evil = stream(2, &system());
    let loads = |module: &str, argument: Vec<u8>| stream(2, &call(&global(module, "loads"), &[argument]));
    let decoder = global("base64", "b64decode");
    let magic = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19".to_vec();
    let legacy = |magic: &[u8]| [stream(2, magic), stream(2, b"M\xe9\x03"), stream(2, b"}"), evil.clone(), stream(2, b"]")].concat();
    let as_latin1: String = evil.iter().map(|&byte| char::from(byte)).collect();
    let hexadecimal: String = evil.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    vec![
        ("a second stream", "critical dangerous", [harmless.clone(), evil.clone()].concat()),
        ("a stream behind zeros", "critical dangerous", [harmless.clone(), vec![0; 5000], evil.clone()].concat()),
        ("a stream behind noise", "critical dangerous", [harmless.clone(), (0..70_000u32).map(|i| (i.wrapping_mul(i) >> 3) as u8).collect(), evil.clone()].concat()),
        ("a broken second stream", "critical dangerous", [harmless.clone(), evil[..evil.len() - 1].to_vec()].concat()),
        ("pickle.loads", "critical dangerous", loads("pickle", bytes(&evil))),
        ("_pickle.loads", "critical dangerous", loads("_pickle", bytes(&evil))),
        ("pickle.loads of base64", "critical dangerous", loads("pickle", call(&decoder, &[text(&base64(&evil))]))),
        ("an unknown loader of a pickle", "critical dangerous", loads("mylib", bytes(&evil))),
        ("an unknown loader of hexadecimal", "critical dangerous", loads("mylib", text(&hexadecimal))),
        ("torch.storage._load_from_bytes", "critical dangerous", stream(2, &call(&global("torch.storage", "_load_from_bytes"), &[bytes(&legacy(&magic))]))),
        ("torch.storage._load_from_bytes of tensors", "clean", stream(2, &call(&global("torch.storage", "_load_from_bytes"), &[bytes(&[stream(2, &magic), harmless.clone(), harmless.clone(), harmless.clone(), harmless.clone()].concat())]))),
        ("torch.storage._load_from_bytes of anything", "high dangerous", stream(2, &call(&global("torch.storage", "_load_from_bytes"), &[bytes(b"PK\x03\x04")]))),
        ("bytes that are a pickle", "high dangerous", stream(3, &bytes(&evil))),
        ("bytes that are a pickle, in protocol 2", "high dangerous", stream(2, &call(&global("_codecs", "encode"), &[text(&as_latin1), text("latin1")]))),
        ("bytes that are a harmless pickle", "clean", stream(3, &bytes(&harmless))),
        ("a long string that is a pickle", "high dangerous", stream(3, &bytes(&[evil.clone(), vec![b' '; 2 << 20]].concat()))),
        ("legacy torch", "critical dangerous", legacy(&magic)),
        ("legacy torch, the magic number computed", "critical dangerous", legacy(&call(&global("builtins", "eval"), &[text("0x1950a86a20f9469cfc6c")]))),
        ("an array of joblib's over opcodes", "critical dangerous", stream(2, &joblib_array(&system(), false))),
        ("an array of joblib's", "clean", stream(2, &joblib_array(&[7; 300], true))),
        ("a call behind an array", "critical dangerous", stream(2, &[joblib_array(&[b'.'; 300], true), system()].concat())),
        ("padding of an array that is no padding", "critical dangerous", stream(2, &[joblib_array(b"", true)[..joblib_array(b"", true).len() - 3].to_vec(), system()].concat())),
    ]
}

#[rustfmt::skip] // a table
fn broken() -> Vec<Mechanism> {
    let evil = stream(2, &system());
    let behind = |rest: &[u8]| [&evil[..evil.len() - 1], rest].concat();
    vec![
        ("an unknown opcode behind the call", "critical dangerous", behind(b"\xff\xff")),
        ("the end behind the call", "critical dangerous", behind(b"")),
        ("a length beyond the end", "critical dangerous", behind(b"X\xff\xff\xff\x7fabc")),
        ("a memo key that is not there", "critical dangerous", stream(2, &[b"h\x63".to_vec(), system()].concat())),
        ("an operand of a wrong type", "critical dangerous", stream(4, &[b"K\x01K\x02\x930".to_vec(), system()].concat())),
        ("an empty stack", "critical dangerous", stream(2, &[b"0".to_vec(), system()].concat())),
        ("broken before anything is called", "clean", b"\x80\x02}q\0X\x01\0\0\0aK\x01s\xff".to_vec()),
    ]
}

#[rustfmt::skip] // a table
fn resolvers() -> Vec<Mechanism> {
    let id = [text("id")];
    let os = || call(&global("importlib", "import_module"), &[text("os")]);
    let by = |callee: &[u8]| stream(2, &call(callee, &id));
    let getter = |callee: &[u8], of: Vec<u8>| call(callee, &[of]);
    vec![
        ("pkgutil.resolve_name", "critical dangerous", by(&call(&global("pkgutil", "resolve_name"), &[text("os:system")]))),
        ("pydoc.locate", "critical dangerous", by(&call(&global("pydoc", "locate"), &[text("os.system")]))),
        ("getattr of a module", "critical dangerous", by(&call(&global("builtins", "getattr"), &[os(), text("system")]))),
        ("operator.attrgetter", "critical dangerous", by(&getter(&call(&global("operator", "attrgetter"), &[text("system")]), os()))),
        ("operator.methodcaller", "critical dangerous", stream(2, &getter(&call(&global("operator", "methodcaller"), &[text("system"), text("id")]), os()))),
        ("operator.itemgetter", "critical dangerous", by(&getter(&call(&global("operator", "itemgetter"), &[text("eval")]), b"}".to_vec()))),
        ("functools.partial", "critical dangerous", stream(2, &[&call(&global("functools", "partial"), &[global("os", "system"), text("id")])[..], b")R"].concat())),
        ("functools.reduce", "critical dangerous", stream(2, &call(&global("functools", "reduce"), &[global("os", "system"), b"]".to_vec()]))),
        ("partial of an unknown function", "high suspicious", stream(2, &[&call(&global("functools", "partial"), &[global("mylib", "run")])[..], b")R"].concat())),
        ("a state with another function for partial", "high dangerous", stream(2, &[call(&global("functools", "partial"), &[global("numpy", "mean")]), tuple(&[global("os", "system"), b")".to_vec(), b"N".to_vec(), b"N".to_vec()]), b"b)R".to_vec()].concat())),
        ("a rebuild function that calls its argument", "critical dangerous", stream(2, &call(&global("torch._tensor", "_rebuild_from_type_v2"), &[global("os", "system"), global("torch", "Tensor"), tuple(&id), b"}".to_vec()]))),
        ("a random state with a constructor of its own", "critical dangerous", stream(2, &call(&global("numpy.random._pickle", "__randomstate_ctor"), &[text("id"), global("os", "system")]))),
        ("numpy's own resolver", "critical dangerous", by(&call(&global("numpy._core", "_ufunc_reconstruct"), &[text("os"), text("system")]))),
        ("numpy's own resolver of its own", "clean", stream(2, &call(&global("numpy.core", "_ufunc_reconstruct"), &[text("numpy"), text("hypot")]))),
        ("a rebuild function that calls a result", "high suspicious", stream(2, &call(&global("torch._tensor", "_rebuild_from_type_v2"), &[call(&global("collections", "deque"), &[]), global("torch", "Tensor")]))),
        ("a rebuild function that calls a class", "medium suspicious", stream(2, &call(&global("torch._tensor", "_rebuild_from_type_v2"), &[global("torch.nn.modules.linear", "Linear"), global("torch", "Tensor"), tuple(&id), b"}".to_vec()]))),
        ("a rebuild function that calls a result, its first form", "high suspicious", stream(2, &call(&global("torch._tensor", "_rebuild_from_type"), &[call(&global("collections", "deque"), &[]), global("torch", "Tensor")]))),
        ("a tensor of its own type", "clean", stream(2, &call(&global("torch._tensor", "_rebuild_from_type_v2"), &[global("torch._utils", "_rebuild_tensor_v2"), global("torch.nn.parameter", "Parameter"), tuple(&id), b"}".to_vec()]))),
        ("a generator of NumPy's", "clean", stream(2, &call(&global("numpy.random._pickle", "__generator_ctor"), &[text("PCG64"), global("numpy.random._pickle", "__bit_generator_ctor")]))),
        ("a generator with a class for a constructor", "medium suspicious", stream(2, &call(&global("numpy.random._pickle", "__generator_ctor"), &[text("x"), global("torch.nn.modules.linear", "Linear")]))),
        ("getattr of a name", "critical dangerous", by(&call(&global("builtins", "getattr"), &[global("mylib", "Thing"), text("__init__")]))),
        ("getattr of an unknown enumeration", "medium suspicious", stream(2, &call(&global("builtins", "getattr"), &[global("mylib", "Colour"), text("RED")]))),
        ("getattr of a known enumeration", "clean", stream(2, &call(&global("builtins", "getattr"), &[global("transformers.trainer_utils", "IntervalStrategy"), text("STEPS")]))),
        ("a type made by type", "medium suspicious", stream(2, &call(&global("builtins", "type"), &[text("X"), b")".to_vec(), b"}".to_vec()]))),
        ("the type of None", "clean", stream(2, &call(&global("builtins", "type"), &[b"N".to_vec()]))),
    ]
}

#[rustfmt::skip] // a table
fn modules() -> Vec<Mechanism> {
    let names = [
        ("pip", "main"), ("asyncio.unix_events", "_UnixSubprocessTransport._start"), ("uuid", "_get_command_stdout"),
        ("_osx_support", "_read_output"), ("_aix_support", "_read_cmd_output"), ("imaplib", "IMAP4_stream"),
        ("_pyrepl.pager", "pipe_pager"), ("test.support.script_helper", "assert_python_ok"), ("ctypes", "CDLL"),
        ("pty", "spawn"), ("numpy.f2py.crackfortran", "getlincoef"), ("distutils.file_util", "write_file"),
        ("cProfile", "run"), ("profile", "Profile.runctx"), ("trace", "Trace.run"), ("doctest", "debug_script"),
        ("code", "InteractiveInterpreter.runcode"), ("ensurepip", "_run_pip"), ("idlelib.pyshell", "ModifiedInterpreter.runcommand"),
        ("lib2to3.pgen2.grammar", "Grammar.loads"), ("torch.utils.bottleneck.__main__", "run_cprofile"),
        ("torch._dynamo.guards", "GuardBuilder.get"), ("torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression"),
        ("torch.utils.collect_env", "run"), ("torch.utils.data.datapipes.utils.decoder", "basichandlers"),
        ("torch.jit.unsupported_tensor_ops", "execWrapper"), ("torch.utils._config_module", "ConfigModule.load_config"),
        ("torch._inductor.codecache", "compile_file"), ("torch.hub", "load"), ("torch", "load"), ("torch.serialization", "load"),
        ("numpy", "load"), ("joblib", "load"), ("pandas", "read_pickle"), ("numpy.testing._private.utils", "runstring"),
        ("runpy", "_run_code"), ("timeit", "timeit"), ("webbrowser", "open"), ("urllib.request", "urlopen"),
        ("logging.config", "listen"), ("sqlite3", "connect"), ("marshal", "loads"), ("types", "CodeType"), ("types", "FunctionType"),
        ("__builtin__", "execfile"), ("commands", "getoutput"), ("nt", "system"), ("cloudpickle.cloudpickle", "_make_function"),
        ("venv", "create"), ("smtplib", "SMTP"), ("shutil", "rmtree"), ("bdb", "Bdb.run"), ("multiprocessing.util", "spawnv_passfds"),
        ("copyreg", "add_extension"), ("sys", "setrecursionlimit"), ("io", "open"), ("transformers.dynamic_module_utils", "get_class_in_module"),
    ];
    let row = |(module, name): (&'static str, &'static str)| {
        (name, "critical dangerous", stream(4, &call(&stack_global(module, name), &[text("id")])))
    };
    names.into_iter().map(row).collect()
}

#[rustfmt::skip] // a table
fn objects() -> Vec<Mechanism> {
    let evil = global("os", "system");
    let bag = |key: &str, value: Vec<u8>| [call(&global("types", "SimpleNamespace"), &[]), dict(&[text(key), value]), b"b".to_vec()].concat();
    let own = || global("mylib", "run");
    let linear = || global("torch.nn.modules.linear", "Linear");
    vec![
        ("a function of NumPy that calls a method", "medium suspicious", stream(2, &call(&global("numpy", "transpose"), &[bag("transpose", linear()), text("id")]))),
        ("a method planted for APPEND", "medium suspicious", stream(2, &[bag("append", linear()), text("id"), b"a".to_vec()].concat())),
        ("a method planted for APPENDS", "medium suspicious", stream(2, &[bag("extend", linear()), b"(".to_vec(), text("id"), b"e".to_vec()].concat())),
        ("a method planted for ADDITEMS", "medium suspicious", stream(4, &[bag("add", linear()), b"(".to_vec(), text("id"), b"\x90".to_vec()].concat())),
        ("a method that dict calls", "medium suspicious", stream(2, &call(&global("builtins", "dict"), &[bag("keys", own())]))),
        ("a method that the constructor of a parameter calls", "medium suspicious", stream(2, &call(&global("torch.nn.parameter", "Parameter"), &[bag("detach", own())]))),
        ("elements of a deque", "clean", stream(2, &[call(&global("collections", "deque"), &[]), b"(K\x01K\x02e".to_vec()].concat())),
        ("elements of a list of a known class", "clean", stream(2, &[call(&global("copy_reg", "_reconstructor"), &[linear(), global("__builtin__", "list"), b"]".to_vec()]), b"K\x01a".to_vec()].concat())),
        ("a formula that statsmodels evaluates", "medium suspicious", stream(2, &object(&global("statsmodels.base.data", "ModelData"), &dict(&[text("restore_design_info"), b"\x88".to_vec(), text("formula"), text("__import__('os').system('id') ~ 1")])))),
        ("a function that an estimator keeps", "clean", stream(2, &object(&global("sklearn.feature_selection._univariate_selection", "SelectKBest"), &dict(&[text("score_func"), global("sklearn.feature_selection._univariate_selection", "f_classif")])))),
        ("TorchScript", "clean", stream(2, &object(&global("__torch__.model", "Net"), b"}"))),
        ("a planted method", "high dangerous", stream(2, &[object(&global("sklearn.svm._classes", "SVC"), &dict(&[text("__setstate__"), evil.clone()])), text("id"), b"b".to_vec()].concat())),
        ("a planted method of no dangerous name", "high dangerous", stream(2, &object(&global("sklearn.svm._classes", "SVC"), &dict(&[text("__setstate__"), global("mylib", "run")])))),
        ("BUILD on a class", "high dangerous", stream(2, &[&global("collections", "OrderedDict")[..], b"N}\x86b"].concat())),
        ("BUILD on a module", "critical dangerous", stream(2, &[call(&global("importlib", "import_module"), &[text("os")]), b"}b".to_vec()].concat())),
        ("the constructor of a base", "critical dangerous", stream(2, &call(&global("copy_reg", "_reconstructor"), &[global("collections", "OrderedDict"), global("subprocess", "Popen"), text("id")]))),
        ("copyreg._reconstructor", "clean", stream(2, &call(&global("copy_reg", "_reconstructor"), &[global("sklearn.svm.classes", "SVC"), global("__builtin__", "object"), b"N".to_vec()]))),
        ("copyreg.__newobj__ of an unknown class", "medium suspicious", stream(2, &call(&global("copyreg", "__newobj__"), &[global("mylib", "Thing")]))),
        ("a class of scipy.stats, which runs its state", "medium suspicious", stream(2, &object(&global("scipy.stats._continuous_distns", "norm_gen"), b"}"))),
        ("a class of scikit-learn", "clean", stream(2, &object(&global("sklearn.svm._classes", "SVC"), b"}"))),
        ("a class of scikit-learn, called", "medium suspicious", stream(2, &call(&global("sklearn.svm._classes", "SVC"), &[]))),
        ("training arguments", "clean", stream(2, &object(&global("transformers.training_args", "TrainingArguments"), &dict(&[text("save_strategy"), call(&global("transformers.trainer_utils", "SaveStrategy"), &[text("steps")]), text("device"), call(&global("torch", "device"), &[text("cpu")])])))),
        ("arguments of an unknown library", "medium suspicious", stream(2, &object(&global("mytrainer", "MyTrainingArguments"), b"}"))),
        ("a tensor", "clean", stream(2, &call(&global("torch._utils", "_rebuild_tensor_v2"), &[[tuple(&[text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), b"K\x01".to_vec()]), b"Q".to_vec()].concat(), b"K\0".to_vec()]))),
        ("a module class of legacy torch", "clean", stream(2, &[tuple(&[text("module"), global("torch.nn.modules.linear", "Linear"), b"N".to_vec(), b"N".to_vec()]), b"Q)\x81}b".to_vec()].concat())),
    ]
}
