//! The description is that of the router, and is OpenAPI 3.1.

use crate::common::each_database;
use crate::program::{Program, address};
use crate::site::Site;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::Value;
use std::collections::BTreeSet;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn described() -> Value {
    serde_json::to_value(api::description()).expect("JSON")
}

/// Every operation of the description: method and path.
fn operations(description: &Value) -> BTreeSet<(String, String)> {
    let paths = description["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| -> Vec<(String, String)> {
        let methods = item.as_object().expect("a path").keys().map(|method| method.to_uppercase());
        methods.map(|method| (method, path.clone())).collect()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_operation_is_mounted_and_every_route_described() {
    each_database(async |db| {
        let site = Site::anonymous(db);
        let nobody = Program::with(&site, "");
        let described = operations(&described());
        assert!(described.len() >= 25, "{}", described.len());
        let known: BTreeSet<_> =
            api::operations().into_iter().map(|(method, path, _)| (method.to_owned(), path)).collect();
        assert_eq!(known, described, "the table and the description");
        let paths: BTreeSet<&String> = described.iter().map(|(_, path)| path).collect();
        for path in paths {
            for method in METHODS {
                let is_described = described.contains(&(method.to_owned(), path.clone()));
                let sent = method.parse::<Method>().expect("a method");
                let answered = nobody.send(sent, &address(path), &[], Body::empty()).await;
                let what = format!("{method} {path}: {}", answered.status);
                if is_described {
                    // There is a door, and nobody is let in.
                    assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{what}");
                    answered.problem("unauthorized");
                    assert!(answered.header(header::WWW_AUTHENTICATE).starts_with("Bearer"), "{what}");
                } else {
                    assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                    answered.problem("method");
                    assert!(!answered.header(header::ALLOW).is_empty(), "{what}");
                }
            }
        }
        for nowhere in ["/nothing", "/units/", "/cases/x/y/z", "/openapi.json/x"] {
            let answered = nobody.send(Method::GET, nowhere, &[], Body::empty()).await;
            assert_eq!(answered.status, StatusCode::NOT_FOUND, "{nowhere}");
            answered.problem("not-found");
        }
    });
}

/// References into the description that lead nowhere.
fn lost<'a>(root: &Value, value: &'a Value, out: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(to)) = object.get("$ref") {
                let is_there = to.strip_prefix('#').is_some_and(|pointer| root.pointer(pointer).is_some());
                if !is_there {
                    out.insert(to);
                }
            }
            object.values().for_each(|value| lost(root, value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| lost(root, value, out)),
        _ => {}
    }
}

#[test]
fn the_description_is_open_api() {
    let description = described();
    assert!(description["openapi"].as_str().expect("a version").starts_with("3.1."));
    for part in ["/info/title", "/info/version", "/servers/0/url", "/components/securitySchemes/token"] {
        assert!(description.pointer(part).is_some(), "{part}");
    }
    assert_eq!(description["servers"][0]["url"], api::BASE);
    let mut nowhere = BTreeSet::new();
    lost(&description, &description, &mut nowhere);
    assert!(nowhere.is_empty(), "{nowhere:?}");
    let mut names = BTreeSet::new();
    for (method, path) in operations(&description) {
        let operation = &description["paths"][&path][method.to_lowercase()];
        let what = format!("{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().expect("a name").to_owned()), "{what}");
        assert!(operation["summary"].as_str().is_some_and(|summary| summary.len() > 5), "{what}");
        assert!(operation["security"][0]["token"].is_array(), "{what}");
        let parameters = operation["parameters"].as_array().expect("parameters");
        for parameter in parameters {
            for part in ["name", "in", "schema"] {
                assert!(!parameter[part].is_null(), "{what}: {parameter}");
            }
        }
        let of_path = |parameter: &&Value| parameter["in"] == "path";
        assert_eq!(parameters.iter().filter(of_path).count(), path.matches('{').count(), "{what}");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{what}");
        for (status, response) in responses {
            assert!(response["description"].is_string(), "{what} {status}");
            if !status.starts_with('2') {
                assert!(!response["content"]["application/problem+json"].is_null(), "{what} {status}");
            }
        }
        assert_eq!(!operation["requestBody"].is_null(), method == "POST", "{what}");
    }
    for (name, schema) in description["components"]["schemas"].as_object().expect("schemas") {
        let is_told = ["type", "oneOf", "allOf"].iter().any(|kind| !schema[kind].is_null());
        assert!(is_told, "{name}: {schema}");
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)), "{name}");
    }
}

#[test]
fn the_description_is_for_everybody() {
    each_database(async |db| {
        let site = Site::anonymous(db);
        let nobody = Program::with(&site, "");
        let answered = nobody.get("/openapi.json").await;
        assert_eq!((answered.status, answered.json()), (StatusCode::OK, described()));
        for (lang, words) in [("zh-CN", "权限范围"), ("en", "Scope"), ("zh-TW", "權限範圍")] {
            let answered = nobody.send(Method::GET, "", &[("accept-language", lang)], Body::empty()).await;
            assert_eq!(answered.status, StatusCode::OK, "{lang}");
            assert!(answered.text.contains(words) && answered.text.contains("/api/v1/cases/{id}/steps"));
            assert!(answered.text.contains("id=\"denied\""), "problems have their lines");
            for forbidden in ["<script", "<style", " style=", "http://", "https://"] {
                assert!(!answered.text.contains(forbidden), "{forbidden}");
            }
        }
    });
}
