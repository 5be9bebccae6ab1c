//! The messages of Core ML models (`.mlmodel`), and how to tell them.
//!
//! The head of a file enters; whether it is a model leaves. The description
//! tells author, licence and what the user defined; of the network only names
//! are read. The numbers are those of `Model.proto` of coremltools 9.

use super::protobuf::schema::{
    Field, Message, Role, TEXT_ENTRY, UNDECLARED, WEIGHTS, each, number, one, text, texts,
};
use super::protobuf::shape;

/// Newest specification is 10; some room is left.
const VERSIONS: std::ops::RangeInclusive<u64> = 1..=100;

/// A file: `Model`. What is not named here is one of many kinds of parameters.
pub static MODEL: Message = Message {
    role: Role::Weights,
    fields: &[
        number(1, "specificationVersion"),
        one(2, "description", &DESCRIPTION),
        number(10, "isUpdatable"),
        one(200, "pipelineClassifier", &PIPELINE_OF),
        one(201, "pipelineRegressor", &PIPELINE_OF),
        one(202, "pipeline", &PIPELINE),
        one(303, "neuralNetworkRegressor", &NETWORK),
        one(403, "neuralNetworkClassifier", &NETWORK),
        one(500, "neuralNetwork", &NETWORK),
        one(502, "mlProgram", &WEIGHTS),
        one(555, "customModel", &CUSTOM),
        one(556, "linkedModel", &UNDECLARED),
    ],
};

static DESCRIPTION: Message = plain(&[
    each(1, "input", &FEATURE),
    each(10, "output", &FEATURE),
    text(11, "predictedFeatureName"),
    text(12, "predictedProbabilitiesName"),
    each(13, "state", &FEATURE),
    each(20, "functions", &FUNCTION),
    text(21, "defaultFunctionName"),
    each(50, "trainingInput", &FEATURE),
    one(100, "metadata", &METADATA),
]);

static FEATURE: Message = plain(&[
    text(1, "name"),
    text(2, "shortDescription"),
    one(3, "type", &UNDECLARED),
]);

static FUNCTION: Message = plain(&[
    text(1, "name"),
    each(2, "input", &FEATURE),
    each(3, "output", &FEATURE),
    text(4, "predictedFeatureName"),
    text(5, "predictedProbabilitiesName"),
    each(6, "state", &FEATURE),
]);

static METADATA: Message = plain(&[
    text(1, "shortDescription"),
    text(2, "versionString"),
    text(3, "author"),
    text(4, "license"),
    each(100, "userDefined", &TEXT_ENTRY),
]);

static PIPELINE_OF: Message = plain(&[one(1, "pipeline", &PIPELINE)]);
static PIPELINE: Message = plain(&[each(1, "models", &MODEL), texts(2, "names")]);

static NETWORK: Message = Message {
    role: Role::Weights,
    fields: &[
        each(1, "layers", &LAYER),
        each(2, "preprocessing", &WEIGHTS),
    ],
};

static LAYER: Message = Message {
    role: Role::Weights,
    fields: &[texts(1, "name"), texts(2, "input"), texts(3, "output")],
};

static CUSTOM: Message = plain(&[
    text(10, "className"),
    each(30, "parameters", &CUSTOM_PARAMETER),
    text(40, "description"),
]);

static CUSTOM_PARAMETER: Message = Message {
    role: Role::Entry,
    fields: &[text(1, "key"), one(2, "", &WEIGHTS)],
};

/// Does a file of `size` bytes that begins with `head` hold a model? It begins
/// with a version and a description of named features.
pub fn looks_like(head: &[u8], size: u64) -> bool {
    shape::read(head, size, &MODEL).is_some_and(|head| {
        head.first
            .is_some_and(|version| VERSIONS.contains(&version))
            && head.numbers.starts_with(&[1, 2])
            && head.fields > 4
    })
}

const fn plain(fields: &'static [Field]) -> Message {
    Message {
        role: Role::Plain,
        fields,
    }
}
