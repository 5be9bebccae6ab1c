//! The columns a `CREATE TABLE` names, read leniently.
//!
//! SQL text enters; the names leave, in the order records hold them. What is not
//! understood costs names, never values.

/// Longest statement read: `SQLite` itself takes a million bytes by default.
pub(super) const LONGEST: usize = 1 << 20;

/// Longest name that stands for itself in a route.
pub(super) const NAME: usize = 1024;

/// Most columns, the library's own limit.
const COLUMNS: usize = 32_767;

/// What a statement says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Create {
    /// Names in the order of the record's columns.
    pub(super) columns: Vec<(String, String)>,
}

/// A word of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// A bare word, or a quoted name.
    Name(String, bool),
    Open,
    Close,
    Comma,
    Other,
}

impl Word {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Name(name, false) if name.eq_ignore_ascii_case(word))
    }
}

/// One definition of a column: what the record needs to know of it.
struct Column {
    name: String,
    of: String,
    key: bool,
    stored: bool,
}

/// Reads a statement.
pub(super) fn parse(sql: &str) -> Create {
    let words = words(sql);
    let mut words = words.iter().skip_while(|word| **word != Word::Open);
    words.next();
    let (mut depth, mut parts) = (0_usize, vec![Vec::new()]);
    for word in words.by_ref() {
        match word {
            Word::Close if depth == 0 => break,
            Word::Comma if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            Word::Open => depth += 1,
            Word::Close => depth -= 1,
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(word);
        }
    }
    let mut columns = Vec::new();
    let mut keys = Vec::new();
    for part in &parts {
        match constraint(part) {
            Some(names) => keys.extend(names),
            None => columns.extend(column(part)),
        }
    }
    let rest: Vec<_> = words.collect();
    let without = rest.windows(2).any(|two| match two {
        [a, b] => a.is("without") && b.is("rowid"),
        _ => false,
    });
    Create {
        columns: in_order(&columns, &keys, without),
    }
}

/// The order of a record: as declared, or the key first.
fn in_order(columns: &[Column], keys: &[String], without: bool) -> Vec<(String, String)> {
    let mut order = Vec::new();
    let mut rest = Vec::new();
    let mut declared: Vec<&Column> = columns.iter().collect();
    declared.retain(|column| column.stored);
    if without {
        let rank = |column: &Column| {
            let named = |key: &String| key.eq_ignore_ascii_case(&column.name);
            let at = keys.iter().take(64).position(named);
            if column.key { Some(0) } else { at }
        };
        let mut first: Vec<_> = Vec::new();
        for column in declared {
            match rank(column) {
                Some(rank) => first.push((rank, column)),
                None => rest.push(column),
            }
        }
        first.sort_by_key(|(rank, _)| *rank);
        order.extend(first.into_iter().map(|(_, column)| column));
    } else {
        rest = declared;
    }
    order.extend(rest);
    let short = |text: &str| text.chars().take(NAME).collect::<String>();
    let pair = |column: &Column| (short(&column.name), short(&column.of));
    order.into_iter().take(COLUMNS).map(pair).collect()
}

/// The columns of a table constraint that is the primary key; none for others.
/// `None` for what is no constraint.
fn constraint(part: &[&Word]) -> Option<Vec<String>> {
    let named = part.first()?.is("constraint");
    let part = if named { part.get(2..)? } else { part };
    let first = part.first()?;
    if first.is("primary") {
        let open = part.iter().position(|word| **word == Word::Open)?;
        let mut names = Vec::new();
        let mut begins = true;
        for word in part.get(open + 1..)? {
            match word {
                Word::Name(name, _) if begins => names.push(name.clone()),
                _ => {}
            }
            begins = **word == Word::Comma;
        }
        return Some(names);
    }
    let other = named
        || ["unique", "check", "foreign"]
            .iter()
            .any(|word| first.is(word));
    other.then(Vec::new)
}

fn column(part: &[&Word]) -> Option<Column> {
    let Word::Name(name, _) = part.first()? else {
        return None;
    };
    let rest = part.get(1..)?;
    let key = rest.windows(2).any(|two| match two {
        [a, b] => a.is("primary") && b.is("key"),
        _ => false,
    });
    let computed = rest.windows(2).any(|two| match two {
        [a, b] => a.is("as") && **b == Word::Open,
        _ => false,
    });
    let stored = !computed || rest.last().is_some_and(|word| word.is("stored"));
    let of = match rest.first() {
        Some(Word::Name(of, _)) => of.clone(),
        _ => String::new(),
    };
    Some(Column {
        name: name.clone(),
        of,
        key,
        stored,
    })
}

/// Cuts SQL into words; comments fall away.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let tail = &rest[first.len_utf8()..];
        match first {
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            ',' => words.push(Word::Comma),
            '"' | '`' | '\'' | '[' => {
                let (name, behind) = quoted(tail, if first == '[' { ']' } else { first });
                words.push(Word::Name(name, true));
                rest = behind;
                continue;
            }
            '-' if tail.starts_with('-') => {
                rest = tail.split_once('\n').map_or("", |(_, behind)| behind);
                continue;
            }
            '/' if tail.starts_with('*') => {
                rest = tail.split_once("*/").map_or("", |(_, behind)| behind);
                continue;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
                words.push(Word::Name(rest[..end].to_owned(), false));
                rest = &rest[end..];
                continue;
            }
            c if c.is_whitespace() => {}
            _ => words.push(Word::Other),
        }
        rest = tail;
    }
    words
}

/// A quoted name, in which a doubled quote stands for one, and what is behind.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut name = String::new();
    let mut rest = text;
    while let Some((part, behind)) = rest.split_once(quote) {
        name.push_str(part);
        match behind.strip_prefix(quote) {
            Some(behind) if quote != ']' => {
                name.push(quote);
                rest = behind;
            }
            _ => return (name, behind),
        }
    }
    name.push_str(rest);
    (name, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<String> {
        let columns = parse(sql).columns.into_iter();
        columns.map(|(name, _)| name).collect()
    }

    #[test]
    fn columns_in_the_order_of_the_record() {
        let sql = "CREATE TABLE \"a (b\" (id INTEGER PRIMARY KEY, -- x, y\n [two words] TEXT \
                   DEFAULT (1, 2), `q``q` BLOB /* , z */, v AS (id + 1), s TEXT AS ('a') STORED, \
                   CONSTRAINT c UNIQUE (id), FOREIGN KEY (id) REFERENCES t(x))";
        assert_eq!(names(sql), ["id", "two words", "q`q", "s"]);
        let sql = "create table t (a text, b text, c text, primary key (c desc, a)) strict, without rowid";
        assert_eq!(names(sql), ["c", "a", "b"]);
        let sql = "create table t (a text, b text primary key) WITHOUT ROWID";
        assert_eq!(names(sql), ["b", "a"]);
    }

    #[test]
    fn nonsense_is_survived() {
        for sql in [
            "",
            "(",
            ")",
            "create table t",
            "create table t ((((",
            "t (\"",
            "t (',é",
            "t (é-/",
        ] {
            parse(sql);
        }
    }
}
