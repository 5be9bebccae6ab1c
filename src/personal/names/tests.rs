//! Names are found where they are expected, and nothing else is one.

use super::*;

fn found(text: &str) -> Vec<(&str, u8)> {
    let mut found: Vec<(Range<usize>, u8)> = Vec::new();
    find(text.as_bytes(), 0..text.len(), &mut |hit| {
        if hit.verdict == Verdict::Valid && hit.score >= 30 {
            found.push((hit.span, hit.score));
        }
    });
    found.sort_by_key(|(span, score)| (span.start, std::cmp::Reverse((span.end, *score))));
    found.dedup_by(|a, b| a.0.start < b.0.end);
    let mut found: Vec<(&str, u8)> = found
        .into_iter()
        .map(|(span, score)| (&text[span], score))
        .collect();
    found.dedup();
    found
}

fn only(text: &str) -> &str {
    match found(text).as_slice() {
        [(name, _)] => name,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn words_around_introduce_a_name() {
    for (text, name) in [
        ("Hello, my name is Quorra Velindre and I", "Quorra Velindre"),
        ("Mein Name ist Jürgen von Ahlefeld.", "Jürgen von Ahlefeld"),
        (
            "je m'appelle Élodie Marchand-Petit",
            "Élodie Marchand-Petit",
        ),
        (
            "Me llamo María del Carmen Núñez Vela.",
            "María del Carmen Núñez Vela",
        ),
        ("Mi chiamo Chiara D'Angelo", "Chiara D'Angelo"),
        (
            "Mijn naam is Pieter van der Linden",
            "Pieter van der Linden",
        ),
        ("saw Dr. J. R. Okonkwo-Byrne today", "J. R. Okonkwo-Byrne"),
        ("Dear Mr. Velasquez,", "Velasquez"),
        ("Dear Tobias,\nthe", "Tobias"),
        ("Hi Petra, could you", "Petra"),
        ("Best regards,\nMarek Nowicki\n", "Marek Nowicki"),
        ("{\"body\": \"Thanks,\\nIngrid Holm\\n\"}", "Ingrid Holm"),
        ("Mit freundlichen Grüßen\n\nHanna Vogt", "Hanna Vogt"),
        ("Patient: Amina al-Hassan", "Amina al-Hassan"),
        ("author_name = \"Quorra Velindre\"", "Quorra Velindre"),
        ("{\"first_name\": \"Quorra\"}", "Quorra"),
        ("lastName: 'McAllister'", "McAllister"),
        ("- **Name:** Lena Fischer", "Lena Fischer"),
        ("姓名：王小明\n", "王小明"),
        ("氏名: 山田太郎", "山田太郎"),
        ("Greta: hello\nyou: well\nGreta: oh", "Greta"),
        ("I'm Sanjay Mehta, a nurse", "Sanjay Mehta"),
        ("Contact person: Quorra Velindre", "Quorra Velindre"),
    ] {
        assert_eq!(only(text), name, "{text}");
    }
}

#[test]
fn lists_only_support() {
    let score = |text: &str| found(text).first().map_or(0, |one| one.1);
    assert!((30..50).contains(&score("my name is Quorra Velindre")));
    assert!(score("my name is Maria Lindberg") >= 50);
    assert_eq!(score("Name: Quorra Velindre"), 0);
    assert!(score("Name: Maria Velindre") >= 30);
    assert_eq!(score("Maria Lindberg went home"), 0);
}

#[test]
fn other_things_have_names_too() {
    for text in [
        "Dear Diary,",
        "Hi There,",
        "Dear Hiring Manager,",
        "Dear Sir or Madam,",
        "Hi Team,",
        "My name is Claude.",
        "my name is ChatGPT",
        "I am Llama, a model",
        "User: Maria\n",
        "Model name: Maria Lindberg",
        "dataset_name: \"Sofia\"",
        "name: Linear",
        "name = Maria",
        "{\"name\": \"Paris\"}",
        "first_name: String",
        "full_name: Optional[str]",
        "last_name = models.CharField()",
        "TODO: Fix",
        "Note: see",
        "filename: \"Andrea\"",
        "Returns: Tensor\nReturns: Tensor\n",
        "10 ms Warmup",
        "MS MARCO",
        "Max: 0.5\nMax: 0.7\n",
        "Best, March",
        "{\"name\": \"Alice\"}",
        "displayName=\"Julia\"",
        "\"author\": {\"name\": \"Maria Lindberg\"}",
        "Min: x\nMin: y\n",
        "class Dr: pass",
        "I am Happy to",
        "Thanks,\nThe Hugging Face Team",
        "Name: John Doe",
        "my name is on it",
        "this is Important.",
        "from: Europe",
        "to: Berlin",
    ] {
        let found = found(text);
        let speaker = text.starts_with("User:") && found.is_empty();
        assert!(found.is_empty() || speaker, "{text}: {found:?}");
    }
}

#[test]
fn hostile_text_is_read_without_harm() {
    let seeds = [
        "Dear Dr. Élodie O'Neil-Smith, Name: \"Ana de la Cruz\"\nBest regards,\\n\\nMaría Núñez\n姓名：王小明",
        "Ana: hi\nAna: [12:00] first_name = 'van der Ш' Mr. \u{2019}s D'",
    ];
    let mut state = 7_u64;
    for seed in seeds {
        for cut in 0..seed.len() {
            find(&seed.as_bytes()[..cut], 0..cut, &mut |_| {});
            find(&seed.as_bytes()[cut..], 0..seed.len() - cut, &mut |_| {});
            find(seed.as_bytes(), cut..seed.len(), &mut |_| {});
        }
        for _ in 0..3000 {
            let mut text = seed.as_bytes().to_vec();
            for _ in 0..4 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = (state >> 33) as usize % text.len();
                text[at] = (state >> 20) as u8;
            }
            find(&text, 0..text.len(), &mut |hit| {
                assert!(hit.span.end <= text.len());
            });
        }
    }
}
