//! What a reader does with the page.

use std::process::Command;
use std::time::Instant;

use h1check_browser::Browser;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pages;

const SHOWN: &str = "[...document.querySelectorAll('.item[data-n]')].filter((it) => !it.hidden)";

const FIRST: &str = "[...document.querySelectorAll('.item')].filter((it) => !it.hidden)[0]";

/// A browser that shows the page of an ordinary run.
async fn opened(fragment: &str) -> (Browser, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let page = pages::write(folder.path(), &pages::ordinary().await);
    let browser = Browser::start(1280, 900).await.unwrap();
    browser.open(&page, fragment).await.unwrap();
    (browser, folder)
}

async fn ask(browser: &Browser, script: &str) -> Value {
    browser.ask(&format!("return {script};")).await.unwrap()
}

/// Ends the test: nothing went wrong unseen.
async fn end(browser: Browser) {
    assert_eq!(browser.console().await.unwrap(), Vec::<String>::new());
    browser.quit().await.unwrap();
}

#[tokio::test]
async fn finds_scenarios_and_puts_the_search_into_the_address() {
    let (browser, _folder) = opened("").await;
    let all = ask(&browser, &format!("{SHOWN}.length")).await;
    browser.press("/").await.unwrap();
    browser.press("backslash").await.unwrap();
    let found = ask(&browser, &format!("{SHOWN}.map((it) => it.id)")).await;
    let found = found.as_array().unwrap();
    assert!(!found.is_empty() && found.len() < all.as_u64().unwrap() as usize);
    assert!(
        found
            .iter()
            .all(|id| id.as_str().unwrap().contains("backslash"))
    );
    assert_eq!(ask(&browser, "location.hash").await, json!("#q=backslash"));
    browser.press("no such thing").await.unwrap();
    assert_eq!(
        ask(&browser, "document.getElementById('nothing').hidden").await,
        json!(false)
    );
    end(browser).await;
}

#[tokio::test]
async fn filters_by_verdict_level_area_and_rule_from_the_address_and_by_hand() {
    let (browser, _folder) = opened("verdict=fail&area=server/host&rule=9112-3.2").await;
    let of = |name: &str| format!("[...new Set({SHOWN}.map((it) => {name}))]");
    assert_eq!(
        ask(&browser, &of("it.dataset.verdict")).await,
        json!(["fail"])
    );
    assert_eq!(
        ask(&browser, &of("it.closest('.area').dataset.area")).await,
        json!(["server/host"])
    );
    let rules = ask(&browser, &of("it.dataset.rules.includes('9112-3.2-')")).await;
    assert_eq!(rules, json!([true]));
    browser
        .ask("document.getElementById('reset').click()")
        .await
        .unwrap();
    assert_eq!(ask(&browser, "location.hash").await, json!(""));
    let level = "const it = document.getElementById('level'); it.value = 'SHOULD'; it.dispatchEvent(new Event('input'))";
    browser.ask(level).await.unwrap();
    assert_eq!(
        ask(&browser, &of("it.dataset.level")).await,
        json!(["SHOULD"])
    );
    browser.ask("document.querySelector('#reset').click(); document.querySelector('.map a[href$=\"9112-3.2\"]').click(); await new Promise((done) => setTimeout(done, 200))").await.unwrap();
    let hash = ask(&browser, "location.hash").await;
    assert!(hash.as_str().unwrap().starts_with("#rule=9"), "{hash}");
    assert_eq!(
        ask(&browser, &format!("{SHOWN}.length > 0")).await,
        json!(true)
    );
    end(browser).await;
}

#[tokio::test]
async fn opens_the_scenario_that_the_address_names() {
    let (browser, _folder) = opened("open=server/host/invalid%5Bbackslash%5D").await;
    let open = "[...document.querySelectorAll('.item[open]')].map((it) => it.id)";
    assert_eq!(
        ask(&browser, open).await,
        json!(["server/host/invalid[backslash]"])
    );
    let body = "document.querySelector('.item[open] .body')";
    for part in [
        ".about, .rules",
        ".found dl",
        ".excerpt mark",
        "svg.diagram .mark-box",
        ".lane ol",
        ".by-hand code",
        ".example",
        ".more .command",
    ] {
        let there = ask(
            &browser,
            &format!("{body}.querySelectorAll('{part}').length > 0"),
        )
        .await;
        assert_eq!(there, json!(true), "{part} is missing");
    }
    let wrong = format!("{body}.querySelector('.example .line').textContent.includes('[[')");
    assert_eq!(ask(&browser, &wrong).await, json!(true));
    end(browser).await;
}

#[tokio::test]
async fn builds_every_scenario_without_an_error() {
    let (browser, _folder) = opened("").await;
    let script = "const items = [...document.querySelectorAll('.item[data-n]')];\
        for (const item of items) item.open = true;\
        await new Promise((done) => setTimeout(done, 300));\
        for (const hex of document.querySelectorAll('.hex')) hex.click();\
        return [items.filter((it) => !it.querySelector('.body')).length, document.querySelectorAll('.dump').length > 0];";
    assert_eq!(browser.ask(script).await.unwrap(), json!([0, true]));
    end(browser).await;
}

#[tokio::test]
async fn is_used_with_keys_alone() {
    let (browser, _folder) = opened("verdict=fail&q=host").await;
    browser.press("jjk").await.unwrap();
    let first = format!("{FIRST}.firstElementChild === document.activeElement");
    assert_eq!(ask(&browser, &first).await, json!(true));
    browser.press("\u{e007}").await.unwrap();
    assert_eq!(ask(&browser, &format!("{FIRST}.open")).await, json!(true));
    let escape = "\u{e00c}";
    browser.press(escape).await.unwrap();
    assert_eq!(ask(&browser, &format!("{FIRST}.open")).await, json!(false));
    browser.press(escape).await.unwrap();
    assert_eq!(ask(&browser, "location.hash").await, json!(""));
    browser.press("?").await.unwrap();
    assert_eq!(
        ask(&browser, "document.getElementById('keys').open").await,
        json!(true)
    );
    browser.press(escape).await.unwrap();
    assert_eq!(
        ask(&browser, "document.getElementById('keys').open").await,
        json!(false)
    );
    end(browser).await;
}

#[tokio::test]
async fn is_dark_where_the_reader_prefers_it_or_says_so() {
    let (browser, _folder) = opened("").await;
    let light = "(() => { const [red] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g); return Number(red) > 128; })()";
    browser.prefer("light").await.unwrap();
    assert_eq!(ask(&browser, light).await, json!(true));
    browser.prefer("dark").await.unwrap();
    assert_eq!(ask(&browser, light).await, json!(false));
    let click = "document.getElementById('theme').click()";
    browser.ask(click).await.unwrap();
    assert_eq!(ask(&browser, light).await, json!(true), "light was chosen");
    browser.prefer("light").await.unwrap();
    browser.ask(click).await.unwrap();
    assert_eq!(ask(&browser, light).await, json!(false), "dark was chosen");
    end(browser).await;
}

#[tokio::test]
async fn never_needs_to_be_scrolled_sideways_on_a_phone() {
    let (browser, _folder) = opened("open=server/host/invalid%5Bbackslash%5D").await;
    browser.resize(390, 800).await.unwrap();
    let wide = ask(&browser, "document.documentElement.scrollWidth").await;
    assert!(wide.as_u64().unwrap() <= 390, "{wide}");
    end(browser).await;
}

#[tokio::test]
async fn offers_a_line_that_sends_the_very_octets_again() {
    let (browser, _folder) = opened("open=server/host/invalid%5Bnot-ascii%5D").await;
    let line = ask(
        &browser,
        "[...document.querySelectorAll('.item[open] .by-hand code')].at(-1).textContent",
    )
    .await;
    let line = line.as_str().unwrap().to_owned();
    let (print, send) = line.rsplit_once(" | ").unwrap();
    assert!(send.starts_with("nc 127.0.0.1 "), "{line}");
    let printed = Command::new("sh")
        .arg("-c")
        .arg(print)
        .output()
        .unwrap()
        .stdout;
    let run = pages::ordinary().await;
    let outcome = run
        .outcomes
        .iter()
        .find(|it| it.scenario.id == "server/host/invalid[not-ascii]")
        .unwrap();
    let host: Vec<u8> = printed
        .split(|&octet| octet == b'\n')
        .nth(1)
        .unwrap()
        .to_vec();
    assert!(host.starts_with(b"Host: ") && !host.is_ascii(), "{line}");
    assert!(format!("{:?}", outcome.transcript).contains("HTTP/1.1"));
    end(browser).await;
}

#[tokio::test]
async fn opens_what_failed_when_it_is_printed() {
    let (browser, _folder) = opened("").await;
    let script = "dispatchEvent(new Event('beforeprint'));\
        const open = [...document.querySelectorAll('.item[open]')];\
        const right = open.length > 0 && open.every((it) => it.dataset.verdict === 'fail' && it.querySelector('.body'));\
        dispatchEvent(new Event('afterprint'));\
        return [right, document.querySelectorAll('.item[open]').length];";
    assert_eq!(browser.ask(script).await.unwrap(), json!([true, 0]));
    end(browser).await;
}

#[tokio::test]
async fn opens_and_filters_thousands_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let small = pages::ordinary().await;
    let browser = Browser::start(1280, 900).await.unwrap();
    for count in [1_000, 2_000, 5_000] {
        let page = pages::write(folder.path(), &pages::many(&small, count));
        let size = std::fs::metadata(&page).unwrap().len();
        let start = Instant::now();
        browser.open(&page, "").await.unwrap();
        let opened = start.elapsed();
        let script = "const timed = async (work) => { const start = performance.now(); work(); document.body.offsetHeight; return Math.round(performance.now() - start); };\
            const search = document.getElementById('search');\
            const type = (text) => timed(() => { search.value = text; search.dispatchEvent(new Event('input')); });\
            return [await type('b'), await type('backslash'), await type(''), await timed(() => document.querySelector('.chip').click()), await timed(() => { const it = document.querySelector('.item[data-n]'); it.open = true; build(it); })];";
        let script = script.replace("build(it);", "");
        let times = browser.ask(&script).await.unwrap();
        println!(
            "{count} scenarios: {:.1} MB, opened in {opened:.2?}; filters and opening in {times} ms",
            size as f64 / 1e6
        );
        assert_eq!(
            ask(
                &browser,
                "document.querySelectorAll('.item[data-n]').length"
            )
            .await,
            json!(count)
        );
    }
    end(browser).await;
}
