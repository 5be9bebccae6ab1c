//! What introduces a name.
//!
//! In: `patterns/name-words.txt`: phrases, titles, salutations, closings and
//! labels in the main languages. Out: the automaton that finds them, and whose
//! names there are.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

const WORDS: &str = include_str!("../../../patterns/name-words.txt");

/// What kind of place a name follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// "my name is": nothing else follows.
    Said,
    /// "I am": much else may follow.
    Claimed,
    /// "Dr.".
    Title,
    /// "Dear".
    Letter,
    /// "Hi".
    Greeting,
    /// "Best regards,", a line before the name.
    Closing,
    /// "Thanks,", the same.
    Thanks,
    /// `first_name`, "surname": a key or label for a name.
    Label,
    /// "patient": a label that names may follow.
    Role,
    /// "from": one that much else may follow.
    Field,
    /// `name`: of what depends on the word before.
    Name,
    /// `姓名`.
    Uncased,
}

impl Kind {
    /// The kind of a section.
    fn of(section: &str) -> Option<Self> {
        Some(match section {
            "[said]" => Self::Said,
            "[claimed]" => Self::Claimed,
            "[titles]" => Self::Title,
            "[letter]" => Self::Letter,
            "[greeting]" => Self::Greeting,
            "[closing]" => Self::Closing,
            "[thanks]" => Self::Thanks,
            "[label]" => Self::Label,
            "[role]" => Self::Role,
            "[field]" => Self::Field,
            "[uncased]" => Self::Uncased,
            _ => return None,
        })
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Triggers {
    pub(super) automaton: AhoCorasick,
    /// By pattern.
    pub(super) kinds: Vec<Kind>,
    /// Words before `name` that make it somebody's.
    pub(super) whose: HashSet<&'static str>,
    /// The same, where the lists must agree.
    pub(super) maybe: HashSet<&'static str>,
}

/// `None` where an automaton cannot be made, which these words do not cause.
pub(super) static ALL: LazyLock<Option<Triggers>> = LazyLock::new(|| {
    let (mut words, mut kinds) = (vec!["name"], vec![Kind::Name]);
    let (mut whose, mut maybe) = (HashSet::new(), HashSet::new());
    let mut section = "";
    for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            section = line;
        } else if let Some(kind) = Kind::of(section) {
            words.push(line);
            kinds.push(kind);
        } else if section == "[whose]" {
            whose.insert(line);
        } else {
            maybe.insert(line);
        }
    }
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(&words)
        .ok()?;
    Some(Triggers {
        automaton,
        kinds,
        whose,
        maybe,
    })
});
