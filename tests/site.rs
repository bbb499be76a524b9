//! A web server on loopback for tests: answers as it is told, also badly, and writes down who asked for what and when.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What somebody asked for.
#[derive(Debug, Clone)]
pub struct Hit {
    pub path: String,
    /// When the request had come, and when the answer had gone.
    pub came: Instant,
    pub went: Instant,
    pub headers: BTreeMap<String, String>,
}

/// How the server answers.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub manner: Manner,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Whole,
    /// One byte in so many milliseconds.
    Slow(u64),
    /// The head, then nothing, for ever.
    Stuck,
    /// Promises more than it sends, and hangs up.
    Short,
    /// Sends more than it promises.
    Long,
}

pub struct Site {
    pub at: SocketAddr,
    log: Arc<Mutex<Vec<Hit>>>,
    /// Connections open now, and most at once.
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Reply { status, headers, body: body.into(), manner: Manner::Whole }
    }
    pub fn page(body: &str) -> Reply {
        Reply::new(
            200,
            "text/html; charset=utf-8",
            format!("<!doctype html><html lang=en><body>{body}</body></html>"),
        )
    }
    pub fn to(location: &str) -> Reply {
        Reply::new(302, "text/plain", "").with("Location", location)
    }
    pub fn none() -> Reply {
        Reply::new(404, "text/plain", "none")
    }
    pub fn with(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    pub fn manner(self, manner: Manner) -> Reply {
        Reply { manner, ..self }
    }
}

impl Site {
    /// Starts a server that answers each request by `answer`, which is given the path and the request's fields.
    pub fn start(answer: impl Fn(&str, &BTreeMap<String, String>) -> Reply + Send + Sync + 'static) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = Site {
            at: listener.local_addr().unwrap(),
            log: Arc::default(),
            open: Arc::default(),
            most: Arc::default(),
        };
        let answer = Arc::new(answer);
        let (log, open, most) = (site.log.clone(), site.open.clone(), site.most.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, log, open, most) = (answer.clone(), log.clone(), open.clone(), most.clone());
                thread::spawn(move || {
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    serve(stream, &*answer, &log);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        site
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    pub fn hits(&self) -> Vec<Hit> {
        self.log.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.hits().into_iter().map(|hit| hit.path).collect()
    }

    pub fn most_connections(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub fn forget(&self) {
        self.log.lock().unwrap().clear();
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&str, &BTreeMap<String, String>) -> Reply + ?Sized),
    log: &Mutex<Vec<Hit>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some((path, headers)) = request(&mut reader) {
        let came = Instant::now();
        let index = {
            let mut log = log.lock().unwrap();
            log.push(Hit { path: path.clone(), came, went: came, headers: headers.clone() });
            log.len() - 1
        };
        let reply = answer(&path, &headers);
        let sent = send(&mut stream, &reply);
        if let Some(hit) = log.lock().unwrap().get_mut(index) {
            hit.went = Instant::now();
        }
        if sent.is_err() || reply.manner != Manner::Whole {
            return;
        }
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, BTreeMap<String, String>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.to_owned()),
            None => return Some((path, headers)),
        };
    }
}

fn send(stream: &mut TcpStream, reply: &Reply) -> std::io::Result<()> {
    let promised = match reply.manner {
        Manner::Short => reply.body.len() + 100,
        Manner::Long => reply.body.len() / 2,
        _ => reply.body.len(),
    };
    let mut head = format!("HTTP/1.1 {} Word\r\nContent-Length: {promised}\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match reply.manner {
        Manner::Slow(pause) => {
            for byte in &reply.body {
                stream.write_all(&[*byte])?;
                thread::sleep(Duration::from_millis(pause));
            }
            Ok(())
        }
        Manner::Stuck => {
            thread::sleep(Duration::from_secs(600));
            Ok(())
        }
        _ => stream.write_all(&reply.body),
    }
}
