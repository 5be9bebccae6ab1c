//! Whose address it is.
//!
//! In: an address in its text. Out: its [`Owner`], or nothing for addresses
//! made up for documentation.

use std::ops::Range;

/// Who reads the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Somebody.
    Person,
    /// Somebody called as in every example: Jane Doe.
    StockName,
    /// The author of the work, named on purpose.
    Author,
    /// Whoever is on duty.
    Role,
}

/// Labels of made-up domains; a domain that has one is a placeholder.
const MADE_UP_LABELS: &[&[u8]] = &[
    b"example",
    b"examples",
    b"domain",
    b"mydomain",
    b"yourdomain",
    b"mycompany",
    b"yourcompany",
    b"yourorg",
    b"myorg",
    b"company",
    b"organization",
    b"test",
    b"foo",
    b"bar",
    b"baz",
    b"foobar",
    b"placeholder",
    b"dummy",
    b"sample",
    b"localdomain",
    b"noreply",
    b"contoso",
    b"fabrikam",
    b"somewhere",
    b"website",
    b"mysite",
    b"yoursite",
    b"host",
    b"hostname",
    b"site",
    b"server",
    b"provider",
    b"xxx",
    b"xxxx",
    b"abc",
    b"xyz",
    b"acme-example",
    b"email",
    b"someone",
    b"somedomain",
    b"anywhere",
    b"nowhere",
    b"fake",
    b"fakeemail",
    b"mail-example",
    b"university",
    b"institution",
    b"addr",
    b"invalid",
    b"localhost",
];
/// Starts of made-up labels.
const MADE_UP_STARTS: &[&[u8]] = &[b"your-", b"your_", b"your", b"example-", b"my-", b"some-"];
/// Mailboxes of nobody, without trailing digits.
const NOBODY: &[&[u8]] = &[
    b"user",
    b"username",
    b"user.name",
    b"user_name",
    b"you",
    b"your",
    b"name",
    b"first.last",
    b"firstname.lastname",
    b"first_last",
    b"firstname",
    b"lastname",
    b"foo",
    b"bar",
    b"baz",
    b"foobar",
    b"foo.bar",
    b"example",
    b"test",
    b"test.user",
    b"testuser",
    b"test_user",
    b"test-user",
    b"tester",
    b"testing",
    b"someone",
    b"somebody",
    b"anyone",
    b"nobody",
    b"email",
    b"mail",
    b"e-mail",
    b"myemail",
    b"my_email",
    b"my-email",
    b"my.email",
    b"myname",
    b"my.name",
    b"placeholder",
    b"dummy",
    b"sample",
    b"fake",
    b"abc",
    b"xyz",
    b"asdf",
    b"qwerty",
    b"local",
    b"localpart",
    b"address",
    b"emailaddress",
    b"email_address",
    b"account",
    b"customer",
    b"recipient",
    b"sender",
    b"from",
    b"to",
    b"a.b",
    b"redacted",
    b"anonymous",
    b"anon",
    b"login",
    b"id",
];
/// Starts of mailboxes of nobody.
const NOBODY_STARTS: &[&[u8]] = &[
    b"your.",
    b"your_",
    b"your-",
    b"yourname",
    b"youremail",
    b"yourmail",
    b"example",
];
/// Names everybody's examples use.
const STOCK: &[&[u8]] = &[
    b"john.doe",
    b"johndoe",
    b"john_doe",
    b"john-doe",
    b"jane.doe",
    b"janedoe",
    b"jane_doe",
    b"jane-doe",
    b"jdoe",
    b"j.doe",
    b"doe",
    b"alice",
    b"bob",
    b"john.smith",
    b"johnsmith",
    b"john",
    b"jane",
];
/// Mailboxes of a duty. A part of the name, cut at `-._+`, is enough at its
/// start or end: `security-reports@`, `hf-support@`.
const ROLES: &[&[u8]] = &[
    b"security",
    b"info",
    b"support",
    b"noreply",
    b"no-reply",
    b"donotreply",
    b"reply",
    b"feedback",
    b"contact",
    b"contactus",
    b"help",
    b"helpdesk",
    b"admin",
    b"administrator",
    b"webmaster",
    b"postmaster",
    b"hostmaster",
    b"root",
    b"abuse",
    b"legal",
    b"privacy",
    b"press",
    b"media",
    b"sales",
    b"marketing",
    b"billing",
    b"office",
    b"team",
    b"hello",
    b"hi",
    b"hr",
    b"jobs",
    b"careers",
    b"conduct",
    b"opensource",
    b"open-source",
    b"oss",
    b"dev",
    b"devs",
    b"developers",
    b"devel",
    b"maintainers",
    b"maintainer",
    b"community",
    b"licensing",
    b"license",
    b"permissions",
    b"bot",
    b"bots",
    b"dpo",
    b"compliance",
    b"enquiries",
    b"inquiries",
    b"service",
    b"services",
    b"ops",
    b"devops",
    b"api",
    b"list",
    b"lists",
    b"announce",
    b"newsletter",
    b"bugs",
    b"bug",
    b"issues",
    b"research",
    b"editor",
    b"editors",
    b"events",
    b"partners",
    b"partnerships",
    b"copyright",
    b"dmca",
    b"everyone",
    b"notifications",
    b"notification",
    b"mailer-daemon",
    b"daemon",
    b"services",
    b"dataset",
    b"datasets",
    b"data",
    b"model",
    b"models",
    b"website",
    b"web",
    b"ci",
    b"build",
    b"release",
    b"releases",
    b"packages",
    b"packaging",
    b"actions",
    b"github",
    b"gitlab",
    b"huggingface",
    b"authors",
    b"dependabot",
    b"renovate",
    b"secure",
    b"report",
    b"reports",
    b"commercial",
    b"licences",
    b"licenses",
    b"officer",
    b"enterprise",
    b"customerservice",
    b"secretary",
    b"organizers",
    b"committee",
    b"webteam",
    b"mailbox",
];

/// The owner, or `None` for a made-up address.
pub(super) fn owner(text: &[u8], local: &Range<usize>, domain: &Range<usize>) -> Option<Owner> {
    let mailbox = text[local.clone()].to_ascii_lowercase();
    let host = text[domain.clone()].to_ascii_lowercase();
    if is_made_up(&host) || is_nobody(&mailbox) {
        return None;
    }
    if is_role(&mailbox, &host) {
        return Some(Owner::Role);
    }
    if names_an_author(text, local.start) {
        return Some(Owner::Author);
    }
    Some(if STOCK.contains(&mailbox.as_slice()) {
        Owner::StockName
    } else {
        Owner::Person
    })
}

fn is_made_up(host: &[u8]) -> bool {
    let mut labels: Vec<&[u8]> = host.split(|byte| *byte == b'.').collect();
    labels.pop();
    // The registered name, and for `example.co.uk` the one before it.
    labels
        .iter()
        .any(|label| *label == b"example" || *label == b"noreply")
        || labels.last().is_some_and(|label| {
            MADE_UP_LABELS.contains(label)
                || MADE_UP_STARTS.iter().any(|start| label.starts_with(start))
                || is_repeated(label)
                || label.len() == 1
        })
}

/// `xxx`, `aaaa`.
fn is_repeated(word: &[u8]) -> bool {
    word.len() >= 3 && word.iter().all(|byte| *byte == word[0])
}

fn is_nobody(mailbox: &[u8]) -> bool {
    let digits = mailbox
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let word = &mailbox[..mailbox.len() - digits];
    // Filters and aliases of the same mailbox: `user+tag`.
    let word = word.split(|byte| *byte == b'+').next().unwrap_or(word);
    NOBODY.contains(&word)
        || NOBODY_STARTS.iter().any(|start| mailbox.starts_with(start))
        || is_repeated(mailbox)
}

fn is_role(mailbox: &[u8], host: &[u8]) -> bool {
    let is_cut = |byte: &u8| matches!(byte, b'-' | b'.' | b'_' | b'+');
    let first = mailbox.split(is_cut).next();
    let last = mailbox.rsplit(is_cut).next();
    let known = |word: Option<&[u8]>| word.is_some_and(|word| ROLES.contains(&word));
    // The whole organisation: `acme@acme.io`. A mailing list.
    let is_own = host
        .strip_prefix(mailbox)
        .is_some_and(|rest| rest.starts_with(b"."));
    let is_list = [&b"lists."[..], b"list.", b"groups.", b"googlegroups.com"]
        .iter()
        .any(|start| host.starts_with(start));
    ROLES.contains(&mailbox) || known(first) || known(last) || is_own || is_list
}

/// Words that name an author when they stand on the line or just before it.
const CREDITS: &[&[u8]] = &[
    b"author",
    b"maintainer",
    b"copyright",
    b"(c)",
    b"\xc2\xa9",
    b"signed-off-by",
    b"co-authored-by",
    b"reviewed-by",
    b"reported-by",
    b"acked-by",
    b"tested-by",
    b"suggested-by",
    b"contributor",
    b"contributed by",
    b"written by",
    b"created by",
    b"developed by",
    b"implemented by",
    b"modified by",
    b"ported by",
    b"original code by",
    b"__email__",
    b"correspond",
    b"@article",
    b"@misc",
    b"@inproceedings",
    b"citation",
    b"credits",
    b"acknowledg",
    b"e-mail the owner",
];
/// How far back such a word counts, on the same line and beyond it.
const SAME_LINE: usize = 200;
const NEARBY: usize = 80;
/// How far back a list of authors may have begun.
const LIST: usize = 400;

fn names_an_author(text: &[u8], start: usize) -> bool {
    let lower = text[start.saturating_sub(LIST)..start].to_ascii_lowercase();
    let tail = |reach: usize| &lower[lower.len().saturating_sub(reach)..];
    let line = tail(SAME_LINE)
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let near = if line.len() < NEARBY {
        tail(NEARBY)
    } else {
        line
    };
    if CREDITS.iter().any(|word| says(near, word)) {
        return true;
    }
    // ` -- Jane Roe <…>` closes an entry of a Debian changelog.
    if line.starts_with(b" -- ") {
        return true;
    }
    // `authors = [ … ]`, `maintainers:` with one address a line.
    [&b"authors"[..], b"maintainers"].iter().any(|word| {
        memchr::memmem::rfind(&lower, word).is_some_and(|at| {
            let rest = lower[at + word.len()..].trim_ascii_start();
            let rest = rest.strip_prefix(b"\"").unwrap_or(rest).trim_ascii_start();
            matches!(rest.first(), Some(b'=' | b':'))
                && !rest.windows(2).any(|pair| pair == b"\n\n")
        })
    })
}

/// Does the text hold the word, and not "authorize" for "author"?
fn says(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find_iter(text, word).any(|at| {
        let rest = &text[at + word.len()..];
        !(rest.starts_with(b"iz") || rest.starts_with(b"is") || rest.starts_with(b"ity"))
    })
}
