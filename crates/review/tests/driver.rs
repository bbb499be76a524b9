//! A real Chromium, headless, driven over WebDriver by Debian's chromedriver.

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// One browser window with a profile of its own.
pub struct Browser {
    pub client: Client,
    driver: Child,
    /// Where to end the session when a test fails in its middle.
    session: (String, String),
}

/// Starts a browser; none where chromedriver is not installed, with a word on it.
pub async fn browser(width: u32, height: u32) -> Option<Browser> {
    let started =
        Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut driver) = started else {
        eprintln!("skipped: chromedriver is not installed (Debian: chromium-driver)");
        return None;
    };
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.filter_map(|line| line.split("successfully on port ").nth(1).map(str::to_owned)).next();
    let port = told.unwrap().trim_end_matches('.').to_owned();
    let options = json!({
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", format!("--window-size={width},{height}")],
    });
    let mut wanted = serde_json::Map::new();
    wanted.insert("goog:chromeOptions".to_owned(), options);
    wanted.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
    let url = format!("http://127.0.0.1:{port}");
    let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&url).await.unwrap();
    let id = client.session_id().await.unwrap().unwrap_or_default();
    let browser = Browser { client, driver, session: (format!("127.0.0.1:{port}"), id) };
    browser.size(width, height).await;
    Some(browser)
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that is killed leaves its browser behind, so the session is ended first (again, where it was closed).
        let (address, id) = &self.session;
        if let Ok(mut stream) = TcpStream::connect(address) {
            let _ = write!(
                stream,
                "DELETE /session/{id} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }

    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// One key, pressed on the page.
    pub async fn press(&self, key: &str) {
        self.client.find(Locator::Css("body")).await.unwrap().send_keys(key).await.unwrap();
    }

    /// A key that leads to another page: waits until that is there.
    pub async fn press_and_wait(&self, key: &str) {
        self.js("window.old = true").await;
        self.press(key).await;
        self.until("return window.old === undefined && document.readyState === 'complete'", "a new page")
            .await;
    }

    pub async fn js(&self, code: &str) -> Value {
        self.client.execute(code, Vec::new()).await.unwrap()
    }

    pub async fn until(&self, condition: &str, what: &str) {
        for _ in 0..150 {
            if self.client.execute(condition, Vec::new()).await.is_ok_and(|v| v == json!(true)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("waited in vain for {what} on {}:\n{}", self.url().await, self.text("body").await);
    }

    pub async fn text(&self, css: &str) -> String {
        let code = format!("const e = document.querySelector({}); return e ? e.innerText : ''", json!(css));
        self.js(&code).await.as_str().unwrap_or_default().to_owned()
    }

    pub async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    pub async fn click(&self, css: &str) {
        self.js("window.old = true").await;
        self.client
            .find(Locator::Css(css))
            .await
            .unwrap_or_else(|e| panic!("{css}: {e}"))
            .click()
            .await
            .unwrap();
        self.until("return window.old === undefined && document.readyState === 'complete'", "a new page")
            .await;
    }

    /// A click that stays on the page.
    pub async fn click_only(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    pub async fn fill(&self, css: &str, text: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().send_keys(text).await.unwrap();
    }

    /// The size of the page's area, also below what a window may have.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.cdp("Emulation.setEmulatedMedia", media).await;
    }

    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        self.client.issue_cmd(Cdp { command: command.to_owned(), params }).await.unwrap()
    }

    /// What the browser complained of since the last call: script errors, refused loads, violated policies.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Log).await.unwrap();
        let entries = log.as_array().cloned().unwrap_or_default();
        let bad = entries.iter().filter(|e| matches!(e["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|e| e["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Faults that axe-core calls serious or critical.
    pub async fn faults(&self) -> Vec<String> {
        self.js(&std::fs::read_to_string(axe()).unwrap()).await;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document).then(r => done(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))
                .map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' -- ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(' | '))),
                e => done(['axe failed: ' + e]));";
        let found = self.client.execute_async(run, Vec::new()).await.unwrap();
        found.as_array().unwrap().iter().map(|f| f.as_str().unwrap().to_owned()).collect()
    }

    #[allow(dead_code)] // the pictures under docs/ are made with it
    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }
}

/// axe-core from npm, installed by its lock file where it is not there yet.
fn axe() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let web = root.join("tests/web");
    let file = web.join("node_modules/axe-core/axe.min.js");
    if !file.exists() {
        let done = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&web)
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "cannot install axe-core: run `npm ci` in tests/web"
        );
    }
    file
}

#[derive(Debug)]
struct Cdp {
    command: String,
    params: Value,
}

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({"cmd": self.command, "params": self.params}).to_string()))
    }
}

#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}
