//! A hostile server, and hostile texts of everybody else: shown, and nothing more.

use h1check_browser::Browser;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::pages;

#[tokio::test]
async fn runs_nothing_that_a_hostile_server_sent() {
    let folder = tempfile::tempdir().unwrap();
    let page = pages::write(folder.path(), &pages::hostile().await);
    let browser = Browser::start(1280, 900).await.unwrap();
    browser.open(&page, "").await.unwrap();
    let script = "const items = [...document.querySelectorAll('.item')];\
        for (const item of items) item.open = true;\
        await new Promise((done) => setTimeout(done, 300));\
        for (const inner of document.querySelectorAll('details')) inner.open = true;\
        for (const hex of document.querySelectorAll('.hex')) hex.click();\
        for (const hex of document.querySelectorAll('.hex')) hex.click();\
        dispatchEvent(new Event('beforeprint'));\
        await new Promise((done) => setTimeout(done, 300));\
        return { owned: window.owned ?? null, scripts: document.scripts.length, images: document.images.length,\
            handlers: [...document.querySelectorAll('*')].filter((it) => [...it.attributes].some((one) => one.name.startsWith('on'))).length,\
            unbuilt: items.filter((it) => it.dataset.n && !it.querySelector('.body')).length,\
            shown: document.body.textContent.includes('window.owned=1'),\
            powers: /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/.test(document.body.innerText) };";
    let seen = browser.ask(script).await.unwrap();
    let expected = json!({
        "owned": null, "scripts": 2, "images": 0, "handlers": 0, "unbuilt": 0, "shown": true, "powers": false,
    });
    assert_eq!(seen, expected);
    assert_eq!(browser.console().await.unwrap(), Vec::<String>::new());
    browser.quit().await.unwrap();
}

#[tokio::test]
async fn takes_nothing_but_filters_from_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let page = pages::write(folder.path(), &pages::ordinary().await);
    let browser = Browser::start(1280, 900).await.unwrap();
    let fragment = "q=%3Cimg%20src=x%20onerror=%22owned=1%22%3E&verdict=nonsense&open=..%2F&area=%00&rule=__proto__";
    browser.open(&page, fragment).await.unwrap();
    let seen = browser.ask("return [window.owned ?? null, document.images.length, document.getElementById('search').value]").await.unwrap();
    assert_eq!(seen, json!([null, 0, "<img src=x onerror=\"owned=1\">"]));
    assert_eq!(browser.console().await.unwrap(), Vec::<String>::new());
    browser.quit().await.unwrap();
}
