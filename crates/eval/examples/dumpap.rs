//! temp
#![allow(missing_docs, clippy::all)]
use capmap_eval::{read,read_jsonl,read_split};
use capmap_lexicon::Lexicon;
use std::path::Path;
fn main(){ let root=Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
 let lex=Lexicon::from_folder(Path::new(&std::env::args().nth(1).unwrap()),"finops-service-provider-2025").unwrap();
 let cols=lex.profile_columns();
 for part in ["unseen","fresh","styled","blind","realunseen"] {
 let c = if part.starts_with("real") { let split=read_split(&root.join("corpora/real-split.toml")).unwrap(); read_jsonl(&root.join("../shared/corpora/real-passages.jsonl")).unwrap().into_iter().filter(|l| !split.tune.contains(&l.organization)).collect::<Vec<_>>() } else { read(&root.join("corpora/labelled").join(part)).unwrap() };
 let mut v:Vec<(f32,bool)>=vec![]; let mut pos=0;
 for l in &c { let s=lex.profile_scores(&l.document); for u in &l.units { for (i,col) in cols.iter().take(21).enumerate() { if col.contains(':')||col=="concentration"{continue;} let y=u.labels.iter().any(|(s,_)| s==col); let p=u.blocks.iter().filter_map(|b| s[*b].get(i)).copied().fold(-9.0f32,f32::max); v.push((p,y)); pos+=y as usize; } } }
 v.sort_by(|a,b| b.0.total_cmp(&a.0)); let (mut tp,mut ap,mut f)=(0,0.0,0.0f64); for (k,(_,y)) in v.iter().enumerate() { if *y {tp+=1; ap+=tp as f64/(k+1) as f64;} f=f.max(2.0*tp as f64/(k+1+pos) as f64); }
 print!("{part} {:.3}/{:.3} ",ap/pos as f64,f); } println!(); }
