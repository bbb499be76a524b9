//! The certification table at its edges, each rule of the FAQ, and days to the day.

use super::*;
use capmap_model::CertificationRow;

fn set() -> CriteriaSet {
    let row = |employees, practitioner, professional, focus_analyst| CertificationRow {
        employees,
        practitioner,
        professional,
        focus_analyst,
    };
    CriteriaSet {
        id: "set".to_owned(),
        name: "Set".to_owned(),
        version: "1".to_owned(),
        source: String::new(),
        threshold: 0.75,
        valid_months: 24,
        domains: Vec::new(),
        criteria: Vec::new(),
        policies: Vec::new(),
        certifications: vec![row(5000, 100, 5, 50), row(500, 50, 3, 25), row(100, 10, 2, 5), row(0, 5, 1, 3)],
        crosswalk: Vec::new(),
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn on(profile: &str, today: &str) -> Readiness {
    readiness(&set(), &Profile::parse(profile).unwrap(), Facts::default(), day(today))
}

/// How a line stands on 2026-11-23.
fn status(profile: &str, line: &str) -> Status {
    of(&on(profile, "2026-11-23"), line).status
}

fn of<'a>(readiness: &'a Readiness, line: &str) -> &'a Line {
    readiness.lines.iter().find(|l| l.id == line).unwrap()
}

fn held(employees: u32, practitioner: u32, professional: u32, focus_analyst: u32) -> String {
    format!(
        "[organization]\nparent_employees = {employees}\n[certifications]\npractitioner = {practitioner}\n\
         professional = {professional}\nfocus_analyst = {focus_analyst}\n"
    )
}

#[test]
fn every_row_of_the_table_at_its_edges() {
    let table = [
        (1, 5, 1, 3),
        (99, 5, 1, 3),
        (100, 10, 2, 5),
        (499, 10, 2, 5),
        (500, 50, 3, 25),
        (4_999, 50, 3, 25),
        (5_000, 100, 5, 50),
        (250_000, 100, 5, 50),
    ];
    for (employees, practitioner, professional, analyst) in table {
        let enough = held(employees, practitioner, professional, analyst);
        let short = held(employees, practitioner - 1, professional - 1, analyst - 1);
        for line in ["practitioner", "professional", "focus-analyst"] {
            assert_eq!(status(&enough, line), Status::Met, "{employees} {line}");
            assert_eq!(status(&short, line), Status::NotMet, "{employees} {line}");
        }
        let found = of(&on(&short, "2026-11-23"), "practitioner").found.clone();
        assert_eq!(found, format!("{} held, {practitioner} needed", practitioner - 1));
    }
}

#[test]
fn the_parent_organization_sets_the_size_not_the_unit() {
    let unit = held(1500, 49, 3, 25).replace("[organization]", "[organization]\nunit_employees = 100");
    assert_eq!(status(&unit, "practitioner"), Status::NotMet);
    assert!(of(&on(&unit, "2026-11-23"), "size").found.contains("the unit's 100 do not matter"));
}

#[test]
fn an_engineer_counts_as_a_practitioner_and_nobody_else_does() {
    let people = |rest: &str| format!("[organization]\nparent_employees = 50\n[certifications]\n{rest}");
    let cases = [
        ("practitioner = 3\nengineer = 2", Status::Met),
        ("engineer = 5", Status::Met),
        ("practitioner = 3\nengineer = 1", Status::NotMet),
        ("practitioner = 4\nprofessional = 9", Status::NotMet),
        ("practitioner = 4\nfocus_analyst = 9", Status::NotMet),
        ("professional = 9\nfocus_analyst = 9", Status::Unknown),
    ];
    for (rest, expected) in cases {
        assert_eq!(status(&people(rest), "practitioner"), expected, "{rest}");
    }
    assert_eq!(status(&people("practitioner = 50\nfocus_analyst = 2"), "focus-analyst"), Status::NotMet);
    assert_eq!(status(&people("practitioner = 50\nprofessional = 0"), "professional"), Status::NotMet);
}

#[test]
fn two_certifications_share_their_people() {
    let both = |platform: &str| held(50, 5, 1, 3) + "[platform]\nsought = true\n" + platform;
    assert_eq!(status(&both(""), "practitioner"), Status::Met);
    assert_eq!(status(&both("professional = 1"), "professional"), Status::Met);
    assert_eq!(status(&both("practitioner = 6"), "practitioner"), Status::NotMet);
    let not_sought = held(50, 5, 1, 3) + "[platform]\npractitioner = 6\n";
    assert_eq!(status(&not_sought, "practitioner"), Status::Met);
}

#[test]
fn without_a_size_only_the_extremes_are_clear() {
    let people = |n: u32| format!("[certifications]\npractitioner = {n}\n");
    for (n, expected) in
        [(4, Status::NotMet), (5, Status::Unknown), (99, Status::Unknown), (100, Status::Met)]
    {
        assert_eq!(status(&people(n), "practitioner"), expected, "{n}");
    }
}

#[test]
fn a_certification_is_valid_on_its_last_day() {
    let profile = held(50, 5, 1, 3)
        + "[[certifications.lapsing]]\nkind = \"practitioner\"\ncount = 1\nuntil = 2026-11-23\n";
    assert_eq!(of(&on(&profile, "2026-11-23"), "practitioner").status, Status::Met);
    assert_eq!(of(&on(&profile, "2026-11-24"), "practitioner").status, Status::NotMet);
    let engineer = profile.replace("\"practitioner\"", "\"engineer\"");
    assert_eq!(of(&on(&engineer, "2026-11-24"), "practitioner").status, Status::NotMet);
    let analyst = profile.replace("\"practitioner\"", "\"focus-analyst\"");
    assert_eq!(of(&on(&analyst, "2026-11-24"), "practitioner").status, Status::Met);
    assert_eq!(of(&on(&analyst, "2026-11-24"), "focus-analyst").status, Status::NotMet);
}

#[test]
fn contributions_to_the_day_of_eighteen_months() {
    let made = |date: &str| format!("[[contributions]]\ntitle = \"T\"\ndate = {date}\naligned = true\n");
    let cases = [
        ("2025-05-23", "2026-11-23", Status::Met),
        ("2025-05-22", "2026-11-23", Status::NotMet),
        ("2025-05-23", "2026-11-24", Status::NotMet),
        ("2026-11-23", "2026-11-23", Status::Met),
        ("2026-11-24", "2026-11-23", Status::Unknown),
        ("2025-08-31", "2027-02-28", Status::Met),
        ("2025-08-31", "2027-03-01", Status::NotMet),
    ];
    for (date, today, expected) in cases {
        assert_eq!(of(&on(&made(date), today), "contribution").status, expected, "{date} on {today}");
    }
    assert_eq!(status("", "contribution"), Status::Unknown);
    assert_eq!(status("contributions = []", "contribution"), Status::NotMet);
    assert_eq!(status(&made("2026-01-01").replace("= true", "= false"), "contribution"), Status::NotMet);
    assert_eq!(status(&made("2026-01-01").replace("aligned = true", ""), "contribution"), Status::Unknown);
    assert_eq!(status(&(made("2020-01-01") + &made("2026-01-01")), "contribution"), Status::Met);
}

#[test]
fn a_resource_for_a_professional_certification_needs_that_within_eighteen_months() {
    let made = |completed: &str| {
        format!(
            "[[contributions]]\ntitle = \"T\"\ndate = 2026-01-01\naligned = true\nfor_professional = true\n{completed}"
        )
    };
    assert_eq!(status(&made("professional_completed = 2025-05-23"), "contribution"), Status::Met);
    assert_eq!(status(&made("professional_completed = 2025-05-22"), "contribution"), Status::NotMet);
    assert_eq!(status(&made(""), "contribution"), Status::Unknown);
}

#[test]
fn renewal_is_due_on_the_day_of_two_years() {
    let certified = |date: &str| format!("[certified]\ndate = {date}\n");
    let cases = [
        ("2024-11-24", Status::Met),
        ("2024-11-23", Status::NotMet),
        ("2024-11-22", Status::NotMet),
        ("2026-11-23", Status::Met),
        ("2026-11-24", Status::Unknown),
    ];
    for (date, expected) in cases {
        assert_eq!(status(&certified(date), "renewal"), expected, "{date}");
    }
    let leap = on(&certified("2024-02-29"), "2026-02-27");
    assert_eq!(of(&leap, "renewal").found, "certified on 2024-02-29, renewal due on 2026-02-28");
    assert_eq!(status("", "renewal"), Status::Unknown);
    assert_eq!(status("[certified]\nfirst_application = true\n", "renewal"), Status::Met);
}

#[test]
fn what_ends_before_the_renewal_is_told_soonest_first() {
    let profile = held(50, 5, 1, 3)
        + "[[certifications.lapsing]]\nkind = \"practitioner\"\ncount = 2\nuntil = 2027-03-31\n\
           [[certifications.lapsing]]\nkind = \"professional\"\ncount = 1\nuntil = 2028-03-01\n\
           [membership]\nuntil = 2027-01-31\n[certified]\ndate = 2026-03-01\n\
           [[contributions]]\ntitle = \"T\"\ndate = 2026-02-01\n";
    let found: Vec<_> = on(&profile, "2026-11-23").expiries.into_iter().map(|e| (e.until, e.what)).collect();
    let expected = [
        ("2027-01-31", "membership"),
        ("2027-03-31", "2 × FinOps Certified Practitioner"),
        ("2027-08-01", "contribution “T”"),
    ];
    assert_eq!(found, expected.map(|(until, what)| (until.to_owned(), what.to_owned())));
    let effect = &on(&profile, "2026-11-23").expiries[1].effect;
    assert_eq!(effect, "3 of 5 needed will be left on 2028-03-01: certify more");
}

#[test]
fn yes_no_and_silence() {
    let lines = [
        ("finops-foundation", "[membership]\nfinops_foundation"),
        ("linux-foundation", "[membership]\nlinux_foundation"),
        ("participants", "[community]\nlists_participants"),
        ("services", "[offering]\nconsulting"),
        ("own", "[offering]\nown"),
    ];
    for (line, key) in lines {
        assert_eq!(status(&format!("{key} = true"), line), Status::Met, "{line}");
        assert_eq!(status(&format!("{key} = false"), line), Status::NotMet, "{line}");
        assert_eq!(status("", line), Status::Unknown, "{line}");
    }
    assert_eq!(
        status("[membership]\nlinux_foundation = true\nuntil = 2026-11-22", "linux-foundation"),
        Status::NotMet
    );
    assert_eq!(
        status("[membership]\nlinux_foundation = true\nuntil = 2026-11-23", "linux-foundation"),
        Status::Met
    );
}

#[test]
fn numbers_and_pages() {
    let cases = [
        ("focus", "[focus]\nparticipants = 1", Status::Met),
        ("focus", "[focus]\nparticipants = 0", Status::NotMet),
        ("focus", "", Status::Unknown),
        ("case-studies", "[community]\npublic_case_studies = 3", Status::Met),
        ("case-studies", "[community]\npublic_case_studies = 2", Status::NotMet),
        ("case-studies", "", Status::Unknown),
        ("channel", "[community]\nchannel = \"blog\"\nlatest_post = 2025-11-23", Status::Met),
        ("channel", "[community]\nchannel = \"blog\"\nlatest_post = 2025-11-22", Status::Unknown),
        ("channel", "[community]\nchannel = \"blog\"", Status::Unknown),
        ("dedicated", "[offering]\ndedicated = true\npage = \"https://a.example\"", Status::Met),
        ("dedicated", "[offering]\ndedicated = true", Status::Unknown),
        ("dedicated", "[offering]\ndedicated = false", Status::NotMet),
    ];
    for (line, profile, expected) in cases {
        assert_eq!(status(profile, line), expected, "{line}: {profile}");
    }
}

#[test]
fn every_open_line_says_what_to_do_and_no_met_one_does() {
    for line in on("", "2026-11-23").lines {
        assert_eq!(line.status, Status::Unknown, "{}", line.id);
        assert!(line.fix.is_some() && !line.rule.is_empty() && !line.found.is_empty(), "{}", line.id);
    }
    assert_eq!(on("", "2026-11-23").status, Status::Unknown);
    assert_eq!(on("contributions = []", "2026-11-23").status, Status::NotMet);
    let met = on(&held(50, 5, 1, 3), "2026-11-23");
    assert!(met.lines.iter().filter(|l| l.status == Status::Met).all(|l| l.fix.is_none()));
}

#[test]
fn the_template_is_a_profile_with_and_without_its_examples() {
    assert_eq!(Profile::parse(Profile::template()).unwrap(), Profile::default());
    let filled: Vec<String> = Profile::template()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with("[[") || rest.split(' ').nth(1) == Some("=") => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let profile = Profile::parse(&filled.join("\n")).unwrap();
    assert!(profile.contributions.is_some() && profile.certified.date.is_some());
    assert_eq!(profile.certifications.practitioner, Some(50));
}

#[test]
fn a_wrong_profile_is_refused_with_its_line() {
    for wrong in
        ["[membership]\nlinux = true", "[certified]\ndate = 2026-11-31", "[certified]\ndate = \"soon\""]
    {
        let ProfileError::Malformed(reason) = Profile::parse(wrong).unwrap_err();
        assert!(reason.contains("line 2"), "{reason}");
    }
}

#[test]
fn confirmed_pages_speak_where_the_profile_is_silent() {
    let seen = |line: &str, date: Option<&str>, confirmed| Sighting {
        id: "1".to_owned(),
        line: line.to_owned(),
        date: date.map(str::to_owned),
        source: "https://a.example/p".to_owned(),
        quote: "FinOps services".to_owned(),
        confirmed,
    };
    let with = |profile: &str, sighting: Sighting| {
        let (line, sightings) = (sighting.line.clone(), [sighting]);
        let facts = Facts { sightings: &sightings, ..Facts::default() };
        let readiness = readiness(&set(), &Profile::parse(profile).unwrap(), facts, day("2026-11-23"));
        of(&readiness, &line).clone()
    };
    assert_eq!(with("", seen("dedicated", None, false)).status, Status::Unknown);
    assert_eq!(with("", seen("dedicated", None, false)).sightings.len(), 1);
    assert_eq!(with("", seen("dedicated", None, true)).status, Status::Met);
    assert_eq!(with("[offering]\ndedicated = false", seen("dedicated", None, true)).status, Status::NotMet);
    assert_eq!(with("", seen("channel", Some("2025-11-23"), true)).status, Status::Met);
    assert_eq!(with("", seen("channel", Some("2025-11-22"), true)).status, Status::Unknown);
    // Case studies on one's own site are not yet listed on the member profile page.
    let studies = with("", seen("case-studies", None, true));
    assert_eq!(studies.status, Status::Unknown);
    assert!(studies.found.ends_with("a person confirmed pages that speak for it: 1"), "{}", studies.found);
}
