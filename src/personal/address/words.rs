//! Words of addresses in the main languages.
//!
//! In: nothing. Out: lists, and the automaton that finds what an address is
//! seen by.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Where the rest of the address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number and a name before it: "Street".
    Behind,
    /// The same of words with other uses: "Way".
    MaybeBehind,
    /// It ends a name, and the number follows: "straße".
    Compound,
    /// The number before it, the name behind: "rue".
    French,
    /// Name and number behind it: "Calle".
    Leading,
    /// A number and any name before it: "Apt.".
    Flat,
    Box,
    Military,
    Field,
    /// `〒`.
    Code,
}

const BEHIND: &[&str] = &[
    "street",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "drive",
    "terrace",
    "parkway",
    "pkwy",
    "crescent",
    "highway",
    "hwy",
    "esplanade",
];
const MAYBE_BEHIND: &[&str] = &[
    "st", "dr", "ln", "ct", "pl", "sq", "ter", "court", "place", "square", "way", "circle", "cir",
    "close", "cres", "gardens", "grove", "mews", "row", "walk", "hill", "plaza", "trail", "trl",
    "alley", "loop", "parade", "quay", "rise", "view", "wharf", "freeway", "turnpike", "str",
    "straße", "strasse", "green",
];
const COMPOUND: &[&str] = &[
    "straße", "strasse", "str.", "gasse", "allee", "platz", "damm", "ufer", "steig", "chaussee",
    "weg", "straat", "laan", "plein", "gracht", "kade", "singel", "dreef", "gatan", "vägen",
    "gata", "gade", "vej", "veien", "vegen", "katu", "kuja", "utca",
];
const FRENCH: &[&str] = &[
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "place",
    "chemin",
    "allée",
    "allées",
    "impasse",
    "quai",
    "route",
    "cours",
    "square",
    "passage",
    "faubourg",
    "ruelle",
];
const LEADING: &[&str] = &[
    "calle",
    "c/",
    "avenida",
    "avda",
    "av",
    "plaza",
    "paseo",
    "carrera",
    "camino",
    "ronda",
    "travesía",
    "via",
    "viale",
    "piazza",
    "corso",
    "largo",
    "vicolo",
    "piazzale",
    "strada",
    "rua",
    "travessa",
    "praça",
    "alameda",
    "estrada",
    "ulica",
    "ul",
    "aleja",
    "trg",
    "cesta",
    "ulice",
    "náměstí",
    "rue",
    "strada",
    "bulevardul",
    "jalan",
    "jl",
];
const FLAT: &[&str] = &["apt", "apartment", "suite", "appt", "apto"];
const BOX: &[&str] = &[
    "p.o. box",
    "po box",
    "p. o. box",
    "p.o.box",
    "pobox",
    "post office box",
    "postfach",
    "postbus",
    "postboks",
    "boîte postale",
    "casella postale",
    "apartado de correos",
    "apartado postal",
    "caixa postal",
    "skrytka pocztowa",
];
const MILITARY: &[&str] = &["apo", "fpo", "dpo"];
const FIELD: &[&str] = &[
    "address",
    "address line 1",
    "address_line_1",
    "address_line1",
    "address1",
    "street",
    "street_address",
    "shipping_address",
    "billing_address",
    "home_address",
    "addr",
    "residence",
    "adresse",
    "anschrift",
    "wohnort",
    "straße",
    "strasse",
    "dirección",
    "direccion",
    "domicilio",
    "indirizzo",
    "residenza",
    "endereço",
    "endereco",
    "morada",
    "adres",
    "adress",
    "osoite",
    "adresa",
    "住所",
    "地址",
    "주소",
    "адрес",
    "العنوان",
    "כתובת",
    "ที่อยู่",
    "पता",
];

/// Before what is no postal address.
pub(super) const NOT_POSTAL: &[&str] = &[
    "ip", "mac", "email", "mail", "web", "wallet", "memory", "server", "bind", "host", "base",
    "remote", "local", "contract", "http", "url", "bitcoin", "btc", "eth", "ethereum", "hw",
    "network", "net", "node", "listen", "master", "virtual", "physical", "return", "byte", "start",
    "end", "load", "bus", "dns", "proxy", "site", "wall", "crypto",
];
/// Behind a street, before its flat.
pub(super) const FLATS: &[&[u8]] = &[
    b"apt",
    b"apartment",
    b"suite",
    b"ste",
    b"unit",
    b"flat",
    b"floor",
    b"room",
    b"bldg",
    b"building",
    b"piso",
    b"apto",
    b"interno",
    b"scala",
    b"etage",
    b"wohnung",
    b"appt",
    b"appartement",
    b"bus",
    b"box",
    b"lot",
];
/// Between the words of a street or a town.
pub(super) const SMALL: &[&[u8]] = &[
    b"de", b"la", b"le", b"les", b"du", b"des", b"d", b"l", b"el", b"los", b"las", b"del", b"y",
    b"e", b"da", b"do", b"dos", b"das", b"di", b"della", b"dello", b"dei", b"degli", b"delle",
    b"dell", b"of", b"am", b"an", b"der", b"im", b"in", b"zum", b"zur", b"van", b"den", b"het",
    b"upon", b"sur", b"sous", b"en", b"et",
];
/// Before a house number.
pub(super) const NUMBER: &[&[u8]] = &[
    b"n",
    b"no",
    b"num",
    b"nr",
    "nº".as_bytes(),
    "n°".as_bytes(),
    "núm".as_bytes(),
    "número".as_bytes(),
    b"numero",
];
/// Before a military post office.
pub(super) const UNITS: &[&str] = &["psc", "unit", "usnv", "usns", "uscgc", "uss ", "cmr"];
/// Everybody's: of films, of companies and of examples.
pub(super) const KNOWN: &[&str] = &[
    "1600 pennsylvania av",
    "1600 amphitheatre",
    "221b baker",
    "742 evergreen",
    "10 downing",
    "1 hacker way",
    "1 infinite loop",
    "1 microsoft way",
    "51 franklin st",
    "59 temple place",
    "675 mass",
];

/// All of them.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) automaton: AhoCorasick,
    /// By pattern.
    pub(super) kinds: Vec<Kind>,
}

/// `None` where an automaton cannot be made, which these words do not cause.
pub(super) static ALL: LazyLock<Option<Words>> = LazyLock::new(|| {
    let tables = [
        (BEHIND, Kind::Behind),
        (MAYBE_BEHIND, Kind::MaybeBehind),
        (COMPOUND, Kind::Compound),
        (FRENCH, Kind::French),
        (LEADING, Kind::Leading),
        (FLAT, Kind::Flat),
        (BOX, Kind::Box),
        (MILITARY, Kind::Military),
        (FIELD, Kind::Field),
        (&["〒"], Kind::Code),
    ];
    let pairs = tables
        .iter()
        .flat_map(|(words, kind)| words.iter().map(move |word| (*word, *kind)));
    let (words, kinds): (Vec<&str>, Vec<Kind>) = pairs.unzip();
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(&words)
        .ok()?;
    Some(Words { automaton, kinds })
});
