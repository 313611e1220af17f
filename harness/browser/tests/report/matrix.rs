//! The matrix of many subjects in Chromium.

use std::path::{Path, PathBuf};
use std::time::Instant;

use h1check::outcome::{Run, Verdict};
use h1check::report::compare::{Builder, html};
use h1check::report::json::run_file;
use h1check::scenario::Library;
use h1check_browser::Browser;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pages;

const SHOWN: &str =
    "[...document.querySelectorAll('.row')].map((it) => it.group.map((row) => row.id)).flat()";

fn write(folder: &Path, runs: &[(String, Run)]) -> PathBuf {
    let library = Library::bundled();
    let mut builder = Builder::default();
    for (name, run) in runs {
        builder.add(name, &run_file(run, library.catalogue().unwrap()));
    }
    let links = vec![Some(String::from("one/index.html"))];
    let page = folder.join("matrix.html");
    std::fs::write(&page, html(&builder.finish(), &links)).unwrap();
    page
}

/// The same run, in which everything has passed.
fn passed(run: &Run) -> Run {
    let mut run = run.clone();
    run.lints.clear();
    for outcome in &mut run.outcomes {
        outcome.verdict = Verdict::Pass;
        outcome.mismatch = None;
        outcome.warnings.clear();
    }
    run
}

async fn opened(fragment: &str) -> (Browser, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let run = pages::ordinary().await;
    let runs = [
        (String::from("bad"), run.clone()),
        (String::from("good"), passed(&run)),
    ];
    let page = write(folder.path(), &runs);
    let browser = Browser::start(1280, 900).await.unwrap();
    browser.open(&page, fragment).await.unwrap();
    (browser, folder)
}

async fn ask(browser: &Browser, script: &str) -> Value {
    browser.ask(&format!("return {script};")).await.unwrap()
}

async fn end(browser: Browser) {
    assert_eq!(browser.console().await.unwrap(), Vec::<String>::new());
    browser.quit().await.unwrap();
}

#[tokio::test]
async fn a_matrix_is_searched_and_filtered_by_hand_and_from_the_address() {
    let (browser, folder) = opened("").await;
    let page = folder.path().join("matrix.html");
    let differ = ask(&browser, &format!("{SHOWN}.length"))
        .await
        .as_u64()
        .unwrap();
    browser.press("/").await.unwrap();
    browser.press("backslash").await.unwrap();
    let found = ask(&browser, SHOWN).await;
    let found = found.as_array().unwrap();
    let fits = |id: &Value| id.as_str().unwrap().contains("backslash");
    assert!(!found.is_empty() && found.iter().all(fits), "{found:?}");
    assert_eq!(ask(&browser, "location.hash").await, json!("#q=backslash"));
    ask(&browser, "document.getElementById('reset').click()").await;
    assert_eq!(ask(&browser, "location.hash").await, json!(""));
    assert_eq!(
        ask(&browser, &format!("{SHOWN}.length")).await,
        json!(differ)
    );

    browser.open(&page, "show=agree").await.unwrap();
    let agree = ask(&browser, &format!("{SHOWN}.length"))
        .await
        .as_u64()
        .unwrap();
    browser.open(&page, "show=all").await.unwrap();
    let all = ask(&browser, &format!("{SHOWN}.length"))
        .await
        .as_u64()
        .unwrap();
    assert_eq!(differ + agree, all);
    browser.open(&page, "verdict=fail&of=good").await.unwrap();
    assert_eq!(ask(&browser, SHOWN).await, json!([]));
    assert_eq!(
        ask(&browser, "document.getElementById('nothing').hidden").await,
        json!(false)
    );
    browser
        .open(&page, "verdict=fail&of=bad&area=server/host")
        .await
        .unwrap();
    let script = format!("{SHOWN}.every((id) => id.startsWith('server/host/'))");
    assert_eq!(ask(&browser, &script).await, json!(true));
    end(browser).await;
}

#[tokio::test]
async fn a_link_to_a_cell_opens_it_with_its_octets() {
    let fragment = "q=nothing&open=server/host/invalid%5Bbackslash%5D&at=bad";
    let (browser, _folder) = opened(fragment).await;
    let opened = "document.querySelector('.row.open .result[open]').innerText";
    let text = ask(&browser, opened).await;
    for part in [
        "fail",
        "bad",
        "wanted",
        r"Host: ",
        r"\r\n",
        "HTTP/1.1 200 OK",
    ] {
        assert!(text.as_str().unwrap().contains(part), "{part} in {text}");
    }
    let link = "document.querySelector('.row.open .result[open] .inside a').getAttribute('href')";
    let expected = "one/index.html#open=server%2Fhost%2Finvalid%5Bbackslash%5D";
    assert_eq!(ask(&browser, link).await, json!(expected));
    end(browser).await;
}

#[tokio::test]
async fn a_matrix_is_used_by_keys_and_in_the_dark() {
    let (browser, _folder) = opened("").await;
    browser.press("j").await.unwrap();
    browser.press("j").await.unwrap();
    browser.press("\u{e007}").await.unwrap(); // Enter
    let second = "document.querySelectorAll('.row')[1].classList.contains('open')";
    assert_eq!(ask(&browser, second).await, json!(true));
    browser.press("\u{e00c}").await.unwrap(); // Escape
    assert_eq!(ask(&browser, second).await, json!(false));
    let colour = "getComputedStyle(document.body).backgroundColor";
    let light = ask(&browser, colour).await;
    browser.prefer("dark").await.unwrap();
    let dark = ask(&browser, colour).await;
    assert_ne!(light, dark);
    ask(&browser, "document.getElementById('theme').click()").await;
    assert_eq!(ask(&browser, colour).await, light);
    browser.resize(390, 844).await.unwrap();
    let wide = "document.documentElement.scrollWidth";
    assert_eq!(ask(&browser, wide).await, json!(390));
    end(browser).await;
}

#[tokio::test]
async fn a_matrix_runs_nothing_that_a_hostile_server_sent() {
    let folder = tempfile::tempdir().unwrap();
    let run = pages::hostile().await;
    let runs = [
        (String::from(pages::HOSTILE), run.clone()),
        (String::from("good"), passed(&run)),
    ];
    let page = write(folder.path(), &runs);
    let browser = Browser::start(1280, 900).await.unwrap();
    browser.open(&page, "show=all").await.unwrap();
    let script = "const texts = [];\
        for (const row of [...document.querySelectorAll('.row')]) {\
            row.querySelector('.what').click();\
            for (const result of row.querySelectorAll('.result')) result.open = true;\
            await new Promise((done) => setTimeout(done, 10));\
            texts.push(row.innerText);\
        }\
        return { owned: window.owned ?? null, scripts: document.scripts.length, images: document.images.length,\
            handlers: [...document.querySelectorAll('*')].filter((it) => [...it.attributes].some((one) => one.name.startsWith('on'))).length,\
            shown: texts.join('').includes('window.owned=1'),\
            powers: /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/.test(texts.join('') + document.body.innerText) };";
    let expected = json!({
        "owned": null, "scripts": 2, "images": 0, "handlers": 0, "shown": true, "powers": false,
    });
    assert_eq!(browser.ask(script).await.unwrap(), expected);
    end(browser).await;
}

#[tokio::test]
async fn a_matrix_of_a_thousand_scenarios_and_twenty_subjects_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    let many = pages::many(&pages::ordinary().await, 1_000);
    let good = passed(&many);
    let runs: Vec<(String, Run)> = (0..20)
        .map(|subject| {
            let mut run = many.clone();
            let outcomes = run.outcomes.iter_mut().zip(&good.outcomes).enumerate();
            for (number, (outcome, passed)) in outcomes {
                // A third of the cells deviates, in another place for each.
                if (number * 7 + subject * 13) % 3 > 0 {
                    outcome.clone_from(passed);
                }
            }
            (format!("subject-{subject}"), run)
        })
        .collect();
    let page = write(folder.path(), &runs);
    let size = std::fs::metadata(&page).unwrap().len();
    assert!(size < 20_000_000, "{size}");
    let browser = Browser::start(1280, 900).await.unwrap();
    let start = Instant::now();
    browser.open(&page, "show=all").await.unwrap();
    let opened = start.elapsed();
    let script = "const timed = (work) => { const start = performance.now(); work(); document.body.offsetHeight; return Math.round(performance.now() - start); };\
        const search = document.getElementById('search');\
        const type = (text) => timed(() => { search.value = text; search.dispatchEvent(new Event('input')); });\
        const chip = timed(() => document.querySelector('.chip').click());\
        return [type('b'), type('backslash'), type(''), chip, timed(() => document.querySelector('.cell.fail').click())];";
    let times = browser.ask(script).await.unwrap();
    println!(
        "1000 scenarios x 20 subjects: {:.1} MB, opened in {opened:.2?}; filters and opening in {times} ms",
        size as f64 / 1e6
    );
    end(browser).await;
}
