//! Reads any bytes as zip: must neither break down nor make a document that cannot be cited.
#![no_main]

mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::read_as(bytes, capmap_model::Format::Zip));
