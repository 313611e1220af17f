//! A real browser for tests: Chromium, headless, through its WebDriver.
//!
//! It knows nothing of reports. Each [`Browser`] is a process of its own with an empty profile,
//! and ends when it is dropped.

use std::path::Path;
use std::process::Stdio;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    _driver: Child,
    _profile: tempfile::TempDir,
}

/// Why there is no browser, or no answer from it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// No network, no first-run pages, nothing in the background.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

impl Browser {
    /// Starts a browser with a window of this size.
    ///
    /// # Errors
    /// Where Chromium or its driver is not installed, or does not start.
    pub async fn start(width: u32, height: u32) -> Result<Self, Error> {
        let profile = tempfile::tempdir()?;
        let (driver, port) = driver().await?;
        let mut arguments: Vec<String> = ARGUMENTS.into_iter().map(String::from).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={width},{height}"));
        let wanted = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments },
        });
        let wanted = wanted.as_object().cloned().unwrap_or_default();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await?;
        let browser = Self {
            client,
            _driver: driver,
            _profile: profile,
        };
        browser.resize(width, height).await?;
        Ok(browser)
    }

    /// Opens a file, with what stands behind the `#`.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn open(&self, page: &Path, fragment: &str) -> Result<(), Error> {
        let path = page.canonicalize()?;
        let mut url = Url::from_file_path(path).map_err(|()| "no absolute path")?;
        url.set_fragment((!fragment.is_empty()).then_some(fragment));
        // The same file with another fragment would not be loaded anew.
        self.client.goto("about:blank").await?;
        self.client.goto(url.as_str()).await?;
        Ok(())
    }

    /// What a script returns; it may use `await`.
    ///
    /// # Errors
    /// Where it throws.
    pub async fn ask(&self, script: &str) -> Result<Value, Error> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             (async () => {{ {script} }})().then((it) => done([it]), (error) => done(String(error)));"
        );
        match self.client.execute_async(&script, Vec::new()).await? {
            Value::Array(mut answer) => Ok(answer.pop().unwrap_or(Value::Null)),
            thrown => Err(thrown.to_string().into()),
        }
    }

    /// Presses keys where the focus is.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn press(&self, keys: &str) -> Result<(), Error> {
        let element = self.client.active_element().await?;
        Ok(element.send_keys(keys).await?)
    }

    /// Gives the page this size, as that of a phone, say.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn resize(&self, width: u32, height: u32) -> Result<(), Error> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Prefers a colour scheme: `dark` or `light`.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn prefer(&self, scheme: &str) -> Result<(), Error> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = json!({ "features": features });
        self.tell("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// What the page wrote to the console since it was last asked, errors of the browser included.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn console(&self) -> Result<Vec<String>, Error> {
        let log = Own("se/log", json!({ "type": "browser" }));
        let log = self.client.issue_cmd(log).await?;
        let lines = log.as_array().cloned().unwrap_or_default();
        Ok(lines
            .iter()
            .map(|line| line["message"].to_string())
            .collect())
    }

    /// A command of the DevTools protocol.
    ///
    /// # Errors
    /// Where the browser refuses it.
    pub async fn tell(&self, command: &str, parameters: Value) -> Result<Value, Error> {
        let body = json!({ "cmd": command, "params": parameters });
        Ok(self.client.issue_cmd(Own("goog/cdp/execute", body)).await?)
    }

    /// Ends the browser in order; one that is dropped is killed.
    ///
    /// # Errors
    /// Where it is gone already.
    pub async fn quit(self) -> Result<(), Error> {
        Ok(self.client.close().await?)
    }
}

/// The driver on a port that it chose.
async fn driver() -> Result<(Child, u16), Error> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("chromedriver: {error}; `make browser` installs it on Debian"))?;
    let out = driver.stdout.take().ok_or("its output is not ours")?;
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next_line().await? {
        let port = line.split_once("successfully on port ");
        if let Some(port) = port.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
            return Ok((driver, port));
        }
    }
    Err("chromedriver ended before it named its port".into())
}

/// A command that only this driver knows: its path and its parameters.
#[derive(Debug)]
struct Own(&'static str, Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
