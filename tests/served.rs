//! `capmap review` as a process of its own, and a client on a plain socket.

use crate::project::Project;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running review server; killed when dropped.
pub struct Served {
    child: Child,
    pub link: String,
    pub address: String,
    pub cookie: String,
    pub csrf: String,
}

/// An answer's status, where it leads, and its body.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Served {
    pub fn on(project: &Project) -> Served {
        Served::by(project.command(&["review", "--port", "0", "--as", "ann"]))
    }

    /// Started by a command that is ready to go.
    pub fn by(mut command: Command) -> Served {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut link).unwrap();
        let link = link.trim().to_owned();
        assert!(link.starts_with("http://127.0.0.1:"), "no address was printed: {link:?}");
        let address = link.split('/').nth(2).unwrap().to_owned();
        let (cookie, csrf) = Default::default();
        let mut served = Served { child, link, address, cookie, csrf };
        let way_in = served.link.split_once(&served.address).unwrap().1.to_owned();
        let head = served.exchange(&served.request(&way_in)).unwrap();
        let cookie = head.split("set-cookie: ").nth(1).unwrap_or_else(|| panic!("no cookie in {head}"));
        served.cookie = cookie.split(';').next().unwrap().to_owned();
        let page = served.get("/").unwrap().body;
        served.csrf =
            page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        served
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn request(&self, path: &str) -> String {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
            self.address, self.cookie
        )
    }

    fn exchange(&self, request: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn get(&self, path: &str) -> std::io::Result<Answer> {
        Ok(Answer::of(&self.exchange(&self.request(path))?))
    }

    /// A form of ours, with its secret.
    pub fn post(&self, path: &str, form: &str) -> std::io::Result<Answer> {
        let body = format!("csrf={}&{form}", self.csrf);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {2}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        Ok(Answer::of(&self.exchange(&request)?))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn of(text: &str) -> Answer {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let location = head.lines().find_map(|line| line.strip_prefix("location: ")).map(str::to_owned);
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, location, body: body.to_owned() }
    }

    /// The event that the page after this one would call saved.
    pub fn saved(&self) -> Option<u64> {
        let location = self.location.as_ref().filter(|_| self.status == 303)?;
        location.split("saved=").nth(1)?.parse().ok()
    }

    /// A `data-` value of the page.
    pub fn data(&self, name: &str) -> Option<String> {
        let value = self.body.split(&format!("data-{name}=\"")).nth(1)?;
        Some(value.split('"').next()?.to_owned())
    }
}
