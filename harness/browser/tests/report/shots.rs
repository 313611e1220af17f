//! Pictures for people to look at, where a folder for them is named.

use std::path::PathBuf;

use base64::Engine as _;
use h1check_browser::Browser;
use serde_json::json;

use crate::pages;

#[tokio::test]
async fn takes_pictures_in_both_widths_and_themes() {
    let Some(shots) = std::env::var_os("H1CHECK_SHOTS").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&shots).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let page = match std::env::var_os("H1CHECK_PAGE") {
        Some(page) => PathBuf::from(page),
        None => pages::write(folder.path(), &pages::ordinary().await),
    };
    let open = std::env::var("H1CHECK_OPEN").unwrap_or("server/host/invalid[backslash]".into());
    let open = format!("open={}", open.replace('[', "%5B").replace(']', "%5D"));
    let browser = Browser::start(1280, 900).await.unwrap();
    for (name, fragment, height) in [("list", "", 1800), ("opened", open.as_str(), 2600)] {
        for (width, scheme) in [
            (1280, "light"),
            (1280, "dark"),
            (390, "light"),
            (390, "dark"),
        ] {
            browser.resize(width, height).await.unwrap();
            browser.prefer(scheme).await.unwrap();
            browser.open(&page, fragment).await.unwrap();
            let picture = browser
                .tell("Page.captureScreenshot", json!({}))
                .await
                .unwrap();
            let octets = picture["data"].as_str().unwrap();
            let octets = base64::engine::general_purpose::STANDARD
                .decode(octets)
                .unwrap();
            std::fs::write(shots.join(format!("{name}-{width}-{scheme}.png")), octets).unwrap();
        }
    }
    browser.quit().await.unwrap();
}
