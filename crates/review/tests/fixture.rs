//! A dossier made in code and a server on it, with other steps played by simple parts of the test.

#[path = "finding.rs"]
mod finding;

use crate::common::{document, map, offer, suggestion};
use capmap_model::*;
use capmap_review::{
    Clock, Config, Limits, Originals, Picture, Preview, Role, Search, Server, Services, Users,
};
use capmap_store::{FiledDocument, Store};
use finding::Contains;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Text that would run if any of it reached a page unescaped.
pub const EVIL: &str = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\">\"'>&amp;";
pub const EVIL_SOURCE: &str = "a<b>\"'&../../etc/passwd?x=1#y%2e.md";

const CAPABILITIES: [(&str, &str, &str, u32); 21] = [
    ("data-ingestion", "Data Ingestion", "Understand Cloud Usage & Cost", 1),
    ("allocation", "Allocation", "Understand Cloud Usage & Cost", 3),
    ("reporting-analytics", "Reporting & Analytics", "Understand Cloud Usage & Cost", 5),
    ("anomaly-management", "Anomaly Management", "Understand Cloud Usage & Cost", 1),
    ("planning-estimating", "Planning & Estimating", "Quantify Business Value", 5),
    ("forecasting", "Forecasting", "Quantify Business Value", 5),
    ("budgeting", "Budgeting", "Quantify Business Value", 5),
    ("benchmarking", "Benchmarking", "Quantify Business Value", 3),
    ("unit-economics", "Unit Economics", "Quantify Business Value", 5),
    ("architecting-for-cloud", "Architecting for Cloud", "Optimize Cloud Usage & Cost", 5),
    ("workload-optimization", "Workload Optimization", "Optimize Cloud Usage & Cost", 3),
    ("licensing-saas", "Licensing & SaaS", "Optimize Cloud Usage & Cost", 3),
    ("rate-optimization", "Rate Optimization", "Optimize Cloud Usage & Cost", 5),
    ("cloud-sustainability", "Cloud Sustainability", "Optimize Cloud Usage & Cost", 3),
    ("practice-operations", "FinOps Practice Operations", "Manage the FinOps Practice", 5),
    ("education-enablement", "FinOps Education & Enablement", "Manage the FinOps Practice", 5),
    ("policy-governance", "Cloud Policy & Governance", "Manage the FinOps Practice", 5),
    ("invoicing-chargeback", "Invoicing & Chargeback", "Manage the FinOps Practice", 5),
    ("finops-assessment", "FinOps Assessment", "Manage the FinOps Practice", 5),
    ("onboarding-workloads", "Onboarding Workloads", "Manage the FinOps Practice", 3),
    ("intersecting-disciplines", "Intersecting Disciplines", "Manage the FinOps Practice", 3),
];

const SUPPLEMENTAL: [(&str, &str, &str); 12] = [
    ("scope:public-cloud", "Public Cloud", "FinOps Scopes"),
    ("scope:saas", "SaaS", "FinOps Scopes"),
    ("scope:data-center", "Data Center", "FinOps Scopes"),
    ("provider:aws", "AWS", "Cloud Providers"),
    ("provider:azure", "Azure", "Cloud Providers"),
    ("provider:google-cloud", "Google Cloud", "Cloud Providers"),
    ("provider:oracle", "Oracle", "Cloud Providers"),
    ("provider:private-cloud", "Private Cloud", "Cloud Providers"),
    ("compliance:fedramp", "FedRAMP", "Compliances"),
    ("compliance:gdpr", "GDPR", "Compliances"),
    ("compliance:soc-2", "SOC 2", "Compliances"),
    ("compliance:iso-27001", "ISO 27001", "Compliances"),
];

pub fn criteria() -> CriteriaSet {
    let criterion = |id: &str, kind, name: &str, domain: &str, points| Criterion {
        id: id.into(),
        kind,
        name: name.to_owned(),
        domain: domain.to_owned(),
        points: Some(points),
        listed: true,
        definition: format!("What {name} means, in a sentence that a reviewer can hold a passage against."),
    };
    let capabilities =
        CAPABILITIES.map(|(id, name, domain, p)| criterion(id, CriterionKind::Capability, name, domain, p));
    let supplemental =
        SUPPLEMENTAL.map(|(id, name, group)| criterion(id, CriterionKind::Supplemental, name, group, 3));
    let policy = |id: &str, description: &str, denominator, points| Policy {
        id: id.to_owned(),
        description: description.to_owned(),
        denominator,
        points,
    };
    let mut domains: Vec<String> = CAPABILITIES.iter().map(|c| c.2.to_owned()).collect();
    domains.extend(SUPPLEMENTAL.iter().map(|s| s.2.to_owned()));
    domains.dedup();
    CriteriaSet {
        id: "finops-service-provider-2025".to_owned(),
        name: "FinOps Certified Service Provider (2025)".to_owned(),
        version: "test".to_owned(),
        source: String::new(),
        threshold: 0.75,
        valid_months: 24,
        domains,
        criteria: capabilities.into_iter().chain(supplemental).collect(),
        policies: vec![
            policy("capabilities-only", "Capabilities alone", Supplemental::None, Supplemental::None),
            policy(
                "capabilities-and-listed",
                "Capabilities and the supplemental criteria that the text names",
                Supplemental::Listed,
                Supplemental::Listed,
            ),
        ],
        certifications: Vec::new(),
        crosswalk: Vec::new(),
    }
}

/// One document with an offer, a topic and an exclusion for every capability, in sections, and one that attacks.
pub fn fill(folder: &Path) -> Vec<Suggestion> {
    let sow = sow();
    let evil = evil();
    let mut suggestions = Vec::new();
    for (id, name, ..) in CAPABILITIES {
        suggestions.push(offer(&sow, &format!("We deliver {name} every month for your cloud estate."), id));
        suggestions.push(suggestion(
            &sow,
            &format!("{name} is often talked about in the trade."),
            id,
            Grade::Topic,
            Tier::Check,
        ));
        suggestions.push(suggestion(
            &sow,
            &format!("{name} of the data centre is not included."),
            id,
            Grade::Excluded,
            Tier::Check,
        ));
    }
    suggestions.push(offer(&sow, "We work on AWS and Azure invoices.", "provider:aws"));
    suggestions.push(suggestion(
        &evil,
        &format!("We forecast {EVIL} your spend."),
        "forecasting",
        Grade::Offered,
        Tier::Likely,
    ));
    let mut store = Store::open(folder, "test").unwrap();
    map(&mut store, &[&sow, &evil], &suggestions);
    suggestions
}

/// One offer, and words that are near to a criterion for which nothing is suggested.
fn evil() -> Document {
    let (offer, near) =
        (format!("We forecast {EVIL} your spend."), format!("What SaaS means {EVIL} in a sentence."));
    document(EVIL_SOURCE, &["# Services <b>&", &offer, &near])
}

fn sow() -> Document {
    let mut lines: Vec<String> = vec![
        "# 1 Background".to_owned(),
        "The client runs a mixed estate and wants to know what it costs.".to_owned(),
    ];
    lines.push("# 3 Services".to_owned());
    lines.extend(
        CAPABILITIES.iter().map(|c| format!("We deliver {} every month for your cloud estate.", c.1)),
    );
    lines.push("We work on AWS and Azure invoices.".to_owned());
    lines.push("# 4 Trends".to_owned());
    lines.extend(CAPABILITIES.iter().map(|c| format!("{} is often talked about in the trade.", c.1)));
    lines.push("# 5 Out of scope".to_owned());
    lines.extend(CAPABILITIES.iter().map(|c| format!("{} of the data centre is not included.", c.1)));
    lines.push("Hidden gem: showback reports reach every product owner.".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    document("northquay/sow.md", &lines)
}

/// Counts the seconds, so that no two events have the same time and every run the same ones.
#[derive(Default)]
struct Ticks(AtomicU32);

impl Clock for Ticks {
    fn now(&self) -> String {
        let tick = self.0.fetch_add(1, Ordering::Relaxed) % 36_000;
        format!("2026-11-23T{:02}:{:02}:{:02}Z", 8 + tick / 3_600, tick / 60 % 60, tick % 60)
    }
}

struct NoFiles;

impl Originals for NoFiles {
    fn bytes(&self, document: &FiledDocument) -> Result<Vec<u8>, String> {
        Ok(format!("{}\n<script>window.pwned=1</script>", document.source).into_bytes())
    }
    fn page(&self, _: &FiledDocument, _: u32, _: Option<&str>) -> Result<Picture, String> {
        Ok(Picture {
            png: vec![0x89, b'P', b'N', b'G'],
            size: (595.0, 842.0),
            boxes: vec![[10.0, 10.0, 100.0, 20.0]],
        })
    }
}

struct Draft;

impl Preview for Draft {
    fn html(&self) -> Result<String, String> {
        Ok("<!doctype html><html lang=en><title>Report</title><body><h1>Report</h1><script>window.pwned=1</script>".to_owned())
    }
}

/// What a server on this dossier is told: nobody but the first link's holder, by the name of ann.
pub fn config(folder: &Path, address: &str) -> Config {
    Config {
        dossier: folder.to_owned(),
        holder: "test".to_owned(),
        criteria: criteria(),
        services: Services {
            clock: Arc::new(Ticks::default()),
            originals: Arc::new(NoFiles),
            search: Arc::new(Contains(vec![sow(), evil()])),
            preview: Some(Arc::new(Draft)),
        },
        users: Users::default(),
        reviewer: "ann".to_owned(),
        blind: false,
        address: address.parse().unwrap(),
        public_url: None,
        limits: Limits::default(),
    }
}

/// A running server; it stops when dropped.
pub struct Site {
    pub folder: TempDir,
    pub address: SocketAddr,
    pub link: String,
    pub suggestions: Vec<Suggestion>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What a test wants of its server.
#[derive(Default)]
pub struct Wanted {
    pub users: Vec<(&'static str, Role)>,
    pub blind: bool,
    pub limits: Option<Limits>,
    pub search: Option<Arc<dyn Search>>,
}

pub const PASSWORD: &str = "a good long password";

impl Site {
    pub fn open() -> Site {
        Site::with(Wanted::default())
    }

    pub fn with(wanted: Wanted) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let suggestions = fill(folder.path());
        Site::on(folder, suggestions, wanted)
    }

    pub fn on(folder: TempDir, suggestions: Vec<Suggestion>, wanted: Wanted) -> Site {
        let mut users = Users::default();
        for (name, role) in wanted.users {
            users.add(name, role, PASSWORD).unwrap();
        }
        let mut config = config(folder.path(), "127.0.0.1:0");
        config.users = users;
        config.blind = wanted.blind;
        config.limits = wanted.limits.unwrap_or_default();
        if let Some(search) = wanted.search {
            config.services.search = search;
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(config).await.unwrap();
                tell.send(server.link()).unwrap();
                server.serve(async { drop(stopped.await) }).await.unwrap();
            });
        });
        let link = told.recv_timeout(Duration::from_secs(20)).unwrap();
        let address = link.split('/').nth(2).unwrap().parse().unwrap();
        Site { folder, address, link, suggestions, stop: Some(stop), thread: Some(thread) }
    }

    pub fn store(&self) -> Store {
        Store::open_read(self.folder.path()).unwrap()
    }

    /// The suggestion of that criterion and grade.
    pub fn id(&self, criterion: &str, grade: Grade) -> &str {
        let found = self.suggestions.iter().find(|s| s.criterion.0 == criterion && s.grade == grade);
        &found.unwrap().id
    }

    /// One request as it is; the answer's head and body.
    pub fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let _ = stream.write_all(request.as_bytes()); // the server may have closed already
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::of(&bytes)
    }

    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        self.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    /// A form as our own page would send it.
    pub fn post(&self, path: &str, cookie: &str, body: &str) -> Answer {
        self.raw(&self.post_request(path, cookie, body, &format!("http://{}", self.address)))
    }

    pub fn post_request(&self, path: &str, cookie: &str, body: &str, origin: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
    }

    /// The cookie that the first link gives.
    pub fn cookie(&self) -> String {
        let path = self.link.split_once(&self.address.to_string()).unwrap().1.to_owned();
        self.get(&path, "").cookie()
    }

    pub fn log_in(&self, name: &str) -> String {
        self.post("/login", "", &format!("name={name}&password={}", PASSWORD.replace(' ', "+"))).cookie()
    }

    /// The secret in our forms.
    pub fn csrf(&self, cookie: &str) -> String {
        let page = self.get("/", cookie).body;
        page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    fn of(bytes: &[u8]) -> Answer {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn cookie(&self) -> String {
        self.header("set-cookie")
            .unwrap_or_else(|| panic!("no cookie in {self:?}"))
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }
}
