package workload

import (
	"strconv"

	"github.com/outcropdb/outcrop/bench"
)

// prose is texts to search: words as frequent as in language, by Zipf's law, and planted phrases of words that
// come nowhere else, so that it is known in how many documents they are. Outcrop has no functions for text
// search yet: SQL asks with LIKE. For["bleve"] is a query string of bleve, whose answer is the number of
// documents found, or, behind "top 10: ", the best of them and their scores.
var prose = bench.Workload{
	Name:  "text",
	About: "Zipf-distributed words with planted phrases; substrings and prefixes, by LIKE, and the best ten by BM25",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 2_000, Checksums: map[string]string{"text": "716d0bd1915cc724"}},
		{Name: "quick", Size: 50_000, Checksums: map[string]string{"text": "d4bfe1e2ddeba043"}},
		{Name: "full", Size: 500_000, Checksums: map[string]string{"text": "8960df27384f96e3"}},
	},
	Tables: []bench.Table{{
		Name: "text", Generate: generateText, Key: "_id", Sort: []string{"topic", "_id"},
		Columns: []bench.Column{
			{Name: "_id", Type: text}, {Name: "topic", Type: text}, {Name: "title", Type: text}, {Name: "body", Type: text}, {Name: "words", Type: integer},
		},
	}},
	Queries: []bench.Query{
		textCount("common", "a phrase of one document in 20", textPlanted[0]),
		textCount("rare", "a phrase of one document in 500", textPlanted[1]),
		textCount("word", "a word of one document in 7", textPlanted[2]),
		textCount("nowhere", "a phrase of no document", textPlant{phrase: "quaint quiver"}),
		{
			Name: "both", About: "two phrases in one document", Ordered: true,
			SQL: `SELECT count(*) AS n FROM text WHERE body LIKE '%silken quokka%' AND body LIKE '%quill%'`,
			For: map[string]string{"bleve": `+body:"silken quokka" +body:quill`},
		},
		{
			Name: "gap", About: "one word some way behind another", Ordered: true,
			SQL: `SELECT count(*) AS n FROM text WHERE body LIKE '%quiet%quarry%'`,
		},
		{
			Name: "prefix", About: "titles that begin with a word", Ordered: true,
			SQL: `SELECT count(*) AS n FROM text WHERE title LIKE 'quick%'`,
			For: map[string]string{"bleve": `+title:quick*`}, // no title has the word further on
		},
		{
			Name: "topics", About: "topics in which a phrase is most frequent", Ordered: true,
			SQL: `SELECT topic, count(*) AS n, sum(words) AS words FROM text WHERE body LIKE '%silken quokka%' GROUP BY topic ORDER BY n DESC, topic LIMIT 10`,
		},
		{
			Name: "longest", About: "longest documents with a phrase", Ordered: true,
			SQL: `SELECT _id, title, words FROM text WHERE body LIKE '%silken quokka%' ORDER BY words DESC, _id LIMIT 10`,
		},
		{
			Name: "frequent", About: "a substring of most documents", Ordered: true,
			SQL: `SELECT topic, count(*) AS n FROM text WHERE body LIKE '%` + textWord(0) + `%' GROUP BY topic ORDER BY n DESC, topic LIMIT 10`,
		},
		textTop("top10", "the best ten of the documents with either of two words", `body:quill body:`+textWord(200)),
		textTop("top10_phrase", "the best ten of those with a phrase", `body:"silken quokka"`),
	},
}

// textPlant is a phrase that is in every so many documents once, beginning with document at.
type textPlant struct {
	phrase    string
	every, at int
}

// textPlanted are the phrases in bodies; textTitled is the one that titles begin with. All have a letter that
// no other word has.
var (
	textPlanted = []textPlant{{"silken quokka", 20, 3}, {"quiet quartz quarry", 500, 19}, {"quill", 7, 1}}
	textTitled  = textPlant{"quick", 50, 11}
)

func (p textPlant) in(row int) bool { return p.every > 0 && row%p.every == p.at }

// count of the first rows documents that have the phrase.
func (p textPlant) count(rows int) int {
	if p.every == 0 {
		return 0
	}
	return (rows - p.at + p.every - 1) / p.every
}

// textCount asks how many documents have a phrase.
func textCount(name, about string, p textPlant) bench.Query {
	return bench.Query{
		Name: name, About: about, Ordered: true,
		SQL: `SELECT count(*) AS n FROM text WHERE body LIKE '%` + p.phrase + `%'`,
		For: map[string]string{"bleve": `+body:"` + p.phrase + `"`},
	}
}

// textTop asks for ten documents by score.
func textTop(name, about, words string) bench.Query {
	return bench.Query{
		Name: name, About: about, Ordered: true,
		For:    map[string]string{"bleve": "top 10: " + words},
		Except: map[string]string{"outcrop": "not supported yet: it finds texts by their words but has no SCORE"},
	}
}

const (
	textVocabulary = 40_000
	textTopics     = 150
	textShortest   = 20 // words of a body
	textLongest    = 160
)

// textWord is a word of the vocabulary, of syllables, the frequent ones short.
func textWord(n int) string {
	const heads, tails = "bcdfghjklmnprstvwz", "aeiou"
	r := random{scatter(uint64(n), 51)}
	var word []byte
	for range 1 + (n+20)/400%3 + r.intn(2) {
		word = append(word, heads[r.intn(len(heads))], tails[r.intn(len(tails))])
	}
	return string(append(word, heads[r.intn(len(heads))]))
}

func generateText(size float64, emit func([]byte) error) error {
	var (
		r      = newRandom(50)
		picked = newZipf(textVocabulary, 1)
		topics = newZipf(textTopics, 0.9)
		words  = make([]string, textVocabulary)
		w      flat
		body   []byte
	)
	for i := range words {
		words[i] = textWord(i)
	}
	sentence := func(n int) {
		for range n {
			if len(body) > 0 {
				body = append(body, ' ')
			}
			body = append(body, words[picked.pick(r)]...)
		}
	}
	for row := range int(size) {
		w.begin()
		w.text("_id", "text-"+strconv.FormatUint(scatter(uint64(row), 52), 36))
		w.text("topic", "topic-"+strconv.Itoa(topics.pick(r)))
		body = body[:0]
		if textTitled.in(row) {
			body = append(body, textTitled.phrase...)
		}
		sentence(2 + r.intn(6))
		w.text("title", string(body))
		body = body[:0]
		length := textShortest + min(r.intn(textLongest-textShortest), r.intn(textLongest-textShortest))
		before := r.intn(length)
		sentence(before)
		for _, p := range textPlanted {
			if p.in(row) {
				if len(body) > 0 {
					body = append(body, ' ')
				}
				body = append(body, p.phrase...)
			}
		}
		sentence(length - before)
		w.text("body", string(body))
		w.integer("words", length)
		if err := emit(w.end()); err != nil {
			return err
		}
	}
	return nil
}
