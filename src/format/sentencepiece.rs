//! The messages of `SentencePiece` tokenizers, and how to tell them.
//!
//! The head of a file enters; whether it is a tokenizer leaves. The trainer's
//! specification names the files of the training machine. The numbers are those
//! of `sentencepiece_model.proto` of version 0.2.

use super::protobuf::schema::{Field, Message, Role, data, each, number, one, text, texts};
use super::protobuf::shape;

/// A file: `ModelProto`.
pub static MODEL: Message = plain(&[
    each(1, "pieces", &PIECE),
    one(2, "trainer_spec", &TRAINER),
    one(3, "normalizer_spec", &NORMALIZER),
    one(4, "self_test_data", &SELF_TEST),
    one(5, "denormalizer_spec", &NORMALIZER),
]);

static PIECE: Message = Message {
    role: Role::Word,
    fields: &[texts(1, "piece"), number(2, "score"), number(3, "type")],
};

/// Its many numbers are no text, and are left out.
static TRAINER: Message = plain(&[
    texts(1, "input"),
    text(2, "model_prefix"),
    texts(5, "accept_language"),
    text(7, "input_format"),
    texts(30, "control_symbols"),
    texts(31, "user_defined_symbols"),
    text(36, "required_chars"),
    text(53, "pretokenization_delimiter"),
    text(54, "seed_sentencepieces_file"),
]);

static NORMALIZER: Message = plain(&[
    text(1, "name"),
    data(2, "precompiled_charsmap"),
    number(3, "add_dummy_prefix"),
    number(4, "remove_extra_whitespaces"),
    number(5, "escape_whitespaces"),
    text(6, "normalization_rule_tsv"),
]);

static SELF_TEST: Message = plain(&[each(1, "samples", &SAMPLE)]);
static SAMPLE: Message = plain(&[texts(1, "input"), texts(2, "expected")]);

/// Does a file of `size` bytes that begins with `head` hold a tokenizer?
pub fn looks_like(head: &[u8], size: u64) -> bool {
    let found = shape::read(head, size, &PIECES);
    found.is_some_and(|head| head.numbers.first() == Some(&1) && head.fields > 12)
}

/// What a file begins with: pieces, and behind a small vocabulary the rest.
static PIECES: Message = plain(&[
    each(1, "pieces", &PIECE),
    data(2, ""),
    data(3, ""),
    data(4, ""),
    data(5, ""),
]);

const fn plain(fields: &'static [Field]) -> Message {
    Message {
        role: Role::Plain,
        fields,
    }
}
