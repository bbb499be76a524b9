//! A pack made in code: a small one with every kind of row in it, and one of any number of decisions.
#![allow(dead_code, clippy::unwrap_used)]

use capmap_model::*;
use capmap_report::{CriterionStanding, Evidence, Log, LogEvent, Outcome, Pack, PackDocument, SCHEMA, Vote};
use capmap_score::{Date, Facts, Profile, readiness};
use sha2::{Digest, Sha256};

pub const TIME: &str = "2026-11-20T10:00:00Z";
/// Words that would do harm wherever they were not escaped.
pub const HOSTILE: &str = "=HYPERLINK(\"http://evil.example\";\"x\") </q><script>alert(1)</script> \u{1b}[31m\u{202e}*bold* | `code` & <b>";

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn document(source: &str, format: Format, paragraphs: &[&str]) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    for (i, paragraph) in paragraphs.iter().enumerate() {
        let start = text.len();
        text.push_str(paragraph);
        let kind = if i == 0 { BlockKind::Heading { level: 1, number: None } } else { BlockKind::Paragraph };
        let section = (i > 0).then_some(0);
        blocks.push(Block { span: Span::new(start, text.len()), kind, role: Role::Main, section });
        text.push('\n');
    }
    let id = DocumentId(format!("sha256:{}", hex(&Sha256::digest(original(source)))));
    let whole = Span::new(0, text.len());
    let pages = match format {
        Format::Pdf => vec![Page { number: 1, span: whole, ocr: false }],
        _ => Vec::new(),
    };
    Document {
        id,
        source: source.to_owned(),
        format,
        title: None,
        language: None,
        text,
        pages,
        blocks,
        passages: Vec::new(),
        hidden: Vec::new(),
        notes: Vec::new(),
    }
}

/// Stands for the bytes of a file.
pub fn original(source: &str) -> Vec<u8> {
    format!("bytes of {source}").into_bytes()
}

pub fn sow() -> Document {
    document(
        "sub/SOW 12.pdf",
        Format::Pdf,
        &[
            "3 Services",
            "We split the shared bill of each platform by team every month.",
            "We build a rolling forecast of cloud cost for twelve months; variance is explained.",
            HOSTILE,
        ],
    )
}

pub fn page() -> Document {
    document(
        "https://provider.example/finops",
        Format::Html,
        &["FinOps services", "Our consultants run your FinOps practice with you, naïve or not: €, 費用, 👩‍💻."],
    )
}

fn criterion(id: &str, name: &str, domain: &str, points: u32) -> Criterion {
    let kind = match id.contains(':') || id == "concentration" {
        true => CriterionKind::Supplemental,
        false => CriterionKind::Capability,
    };
    let (name, domain) = (name.to_owned(), domain.to_owned());
    Criterion {
        id: id.into(),
        kind,
        name,
        domain,
        points: Some(points),
        listed: true,
        definition: String::new(),
    }
}

pub fn criteria() -> CriteriaSet {
    let (understand, manage) = ("Understand Cloud Usage & Cost", "Manage the FinOps Practice");
    let policy = |id: &str, which| Policy {
        id: id.to_owned(),
        description: "one reading of the total".to_owned(),
        denominator: which,
        points: which,
    };
    CriteriaSet {
        id: "finops-service-provider-2025".to_owned(),
        name: "FinOps Certified Service Provider".to_owned(),
        version: "1".to_owned(),
        source: "the certification text".to_owned(),
        threshold: 0.75,
        valid_months: 24,
        domains: [understand, manage, "FinOps Scopes"].map(str::to_owned).to_vec(),
        criteria: vec![
            criterion("data-ingestion", "Data Ingestion", understand, 1),
            criterion("allocation", "Allocation", understand, 3),
            criterion("forecasting", "Forecasting", understand, 5),
            criterion("practice-operations", "FinOps Practice Operations", manage, 5),
            criterion("education-enablement", "FinOps Education & Enablement", manage, 5),
            criterion("scope:saas", "SaaS", "FinOps Scopes", 3),
        ],
        policies: vec![
            policy("capabilities-and-listed-supplemental", Supplemental::Listed),
            policy("capabilities-only", Supplemental::None),
        ],
        certifications: vec![CertificationRow {
            employees: 0,
            practitioner: 5,
            professional: 1,
            focus_analyst: 3,
        }],
        crosswalk: Vec::new(),
    }
}

pub fn evidence(document: &Document, quote: &str, criterion: &str, outcome: Outcome) -> Evidence {
    let at = document.text.find(quote).unwrap();
    let citation = document.cite(Span::new(at, at + quote.len())).unwrap();
    let before: Vec<char> = document.text[..at].chars().collect();
    let after = &document.text[at + quote.len()..];
    let public = document.source.starts_with("http");
    let link = match public {
        true => format!("{}#:~:text=x", document.source),
        false => "sub/SOW%2012.pdf#page=1".to_owned(),
    };
    Evidence {
        id: hex(&Sha256::digest(format!("{criterion}{at}{}", document.source))[..6]),
        criterion: criterion.into(),
        citation,
        before: before[before.len().saturating_sub(64)..].iter().collect(),
        after: after.chars().take(64).collect(),
        link,
        outcome,
        origin: "suggested".to_owned(),
        grade: Grade::Offered,
        tier: Tier::Strong,
        confidence: 0.93,
        cue: None,
        why: Vec::new(),
        explanation: "matched “split the shared bill”".to_owned(),
        elements: Elements { scope: true, deliverables: true, ..Elements::default() },
        personas: Vec::new(),
        ocr: false,
        public,
        repeats: Vec::new(),
        votes: Vec::new(),
    }
}

/// Adds a vote, and its event to the log.
pub fn vote(log: &mut Log, evidence: &mut Evidence, reviewer: &str, choice: &str, note: Option<&str>) {
    let seq = log.events.len() as u64 + 1;
    let mut action = serde_json::json!({
        "choice": choice,
        "kind": "decide",
        "target": {"citation": serde_json::to_value(&evidence.citation).unwrap(), "criterion": evidence.criterion.0, "id": evidence.id},
    });
    if let Some(note) = note {
        action["note"] = note.into();
    }
    // With sorted keys, as serde_json's own map has them.
    let body =
        serde_json::json!({"action": action, "reviewer": reviewer, "seq": seq, "time": TIME}).to_string();
    let hash = hex(&Sha256::digest(format!("{}\n{body}", log.head)));
    log.head.clone_from(&hash);
    log.events.push(LogEvent {
        seq,
        time: TIME.to_owned(),
        reviewer: reviewer.to_owned(),
        kind: "decide".to_owned(),
        choice: Some(choice.to_owned()),
        criterion: Some(evidence.criterion.clone()),
        passages: 1,
        undoes: None,
        hash,
        body,
    });
    evidence.votes.push(Vote {
        event: seq,
        reviewer: reviewer.to_owned(),
        kind: "vote".to_owned(),
        choice: Some(choice.to_owned()),
        note: note.map(str::to_owned),
        time: TIME.to_owned(),
    });
}

pub fn filed(document: &Document) -> PackDocument {
    let public = document.source.starts_with("http");
    PackDocument {
        source: document.source.clone(),
        id: Some(document.id.clone()),
        format: document.format,
        provenance: if public { Provenance::Public } else { Provenance::Submitted },
        capture: public.then(|| Capture {
            url: document.source.clone(),
            time: "2026-11-01T08:00:00Z".to_owned(),
            file: "a.warc".to_owned(),
            record: "<urn:uuid:1>".to_owned(),
        }),
        status: "read".to_owned(),
        reason: None,
        loss: false,
        title: None,
        pages: document.pages.len(),
        words: document.words(),
        dated: Some("2026-11-01".to_owned()),
        elements: Elements { scope: true, ..Elements::default() },
        hidden: Vec::new(),
        notes: Vec::new(),
    }
}

fn standing(criterion: &str, evidence: &[Evidence]) -> CriterionStanding {
    let of: Vec<_> = evidence.iter().filter(|e| e.criterion.0 == criterion).collect();
    let n = |outcome| of.iter().filter(|e| e.outcome == outcome).count() as u32;
    let confirmed: Vec<_> = of.iter().filter(|e| e.outcome == Outcome::Confirmed).collect();
    let undecided = n(Outcome::Undecided) + n(Outcome::Deferred);
    let best_open = of.iter().find(|e| e.outcome == Outcome::Undecided).map(|e| OpenSuggestion {
        suggestion: e.id.clone(),
        grade: e.grade,
        tier: e.tier,
        elements: e.elements,
    });
    CriterionStanding {
        coverage: if of.is_empty() { Coverage::None } else { Coverage::Offered },
        standing: Standing {
            confirmed: confirmed.len() as u32,
            public: confirmed.iter().filter(|e| e.public).count() as u32,
            not_ocr: confirmed.len() as u32,
            newest: Some("2026-11-01".to_owned()),
            rejected: n(Outcome::Rejected),
            undecided,
            conflicts: n(Outcome::Conflict),
            best_open,
            ..Standing::empty(criterion.into())
        },
    }
}

/// A draft pack with a confirmed, a rejected, a disputed and an undecided passage, an unread input and hidden text.
pub fn small() -> Pack {
    let (sow, page) = (sow(), page());
    let mut log = Log { head: "0".repeat(64), events: Vec::new() };
    let mut allocation = evidence(
        &sow,
        "We split the shared bill of each platform by team every month.",
        "allocation",
        Outcome::Confirmed,
    );
    vote(&mut log, &mut allocation, "ada", "confirm", Some("clear; =1+1 <i>note</i>"));
    let mut hostile = evidence(&sow, HOSTILE, "data-ingestion", Outcome::Confirmed);
    vote(&mut log, &mut hostile, "bert", "confirm", None);
    let mut practice = evidence(
        &page,
        "Our consultants run your FinOps practice with you",
        "practice-operations",
        Outcome::Conflict,
    );
    vote(&mut log, &mut practice, "ada", "confirm", None);
    vote(&mut log, &mut practice, "bert", "reject", None);
    let mut rejected =
        evidence(&page, "naïve or not: €, 費用, 👩‍💻.", "education-enablement", Outcome::Rejected);
    vote(&mut log, &mut rejected, "ada", "reject", None);
    let open = evidence(
        &sow,
        "We build a rolling forecast of cloud cost for twelve months",
        "forecasting",
        Outcome::Undecided,
    );
    let evidence = vec![hostile, allocation, open, practice, rejected];
    finish(&[&sow, &page], evidence, log, true)
}

/// A pack of so many confirmed decisions in documents of a hundred passages each.
pub fn large(decisions: usize) -> Pack {
    let mut log = Log { head: "0".repeat(64), events: Vec::new() };
    let (mut documents, mut all) = (Vec::new(), Vec::new());
    let slugs = [
        "data-ingestion",
        "allocation",
        "forecasting",
        "practice-operations",
        "education-enablement",
        "scope:saas",
    ];
    for n in 0..decisions.div_ceil(100) {
        let passages: Vec<String> = (0..100)
            .map(|i| {
                format!(
                    "Passage {i} of {n}: {}",
                    "the provider allocates shared cost by team and month. ".repeat(4)
                )
            })
            .collect();
        let paragraphs: Vec<&str> =
            std::iter::once("1 Scope").chain(passages.iter().map(String::as_str)).collect();
        let document = document(&format!("sow-{n:05}.pdf"), Format::Pdf, &paragraphs);
        for (i, passage) in passages.iter().enumerate().take(decisions - all.len().min(decisions)) {
            let mut one = evidence(&document, passage, slugs[i % slugs.len()], Outcome::Confirmed);
            vote(&mut log, &mut one, "ada", "confirm", (i % 3 == 0).then_some("as asked for"));
            all.push(one);
        }
        documents.push(document);
    }
    all.sort_by_key(|e| slugs.iter().position(|s| e.criterion.0 == *s));
    finish(&documents.iter().collect::<Vec<_>>(), all, log, false)
}

fn finish(documents: &[&Document], evidence: Vec<Evidence>, log: Log, with_losses: bool) -> Pack {
    let mut filed: Vec<PackDocument> = documents.iter().map(|d| self::filed(d)).collect();
    if with_losses {
        filed[0].hidden = vec!["in the colour of its background".to_owned()];
        filed.push(PackDocument {
            source: "locked.pdf".to_owned(),
            id: None,
            status: "unreadable".to_owned(),
            reason: Some("it needs a password: give it with --password-file".to_owned()),
            loss: true,
            words: 0,
            pages: 0,
            capture: None,
            hidden: Vec::new(),
            ..filed[0].clone()
        });
    }
    filed.sort_by(|a, b| a.source.cmp(&b.source));
    let criteria = criteria();
    let standings = criteria.criteria.iter().map(|c| standing(&c.id.0, &evidence)).collect();
    let profile =
        Profile::parse("[organization]\nparent_employees = 50\n[certifications]\npractitioner = 4\n")
            .unwrap();
    let today = Date::parse("2026-11-23").unwrap();
    Pack {
        schema: SCHEMA.to_owned(),
        tool: "capmap 0.1.0".to_owned(),
        made: "2026-11-23".to_owned(),
        applicant: Some("Example <Consulting> & Co".to_owned()),
        draft: with_losses,
        redacted: false,
        readiness: Some(readiness(&criteria, &profile, Facts::default(), today)),
        mapped_with: Some((criteria.id.clone(), criteria.version.clone())),
        criteria,
        lexicon: Some("7".to_owned()),
        documents: filed,
        standings,
        evidence,
        log,
    }
}
