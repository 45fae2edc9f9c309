package workload

import (
	"strings"
	"sync"
)

// tpchWords are words and how often each comes: TPC-H's grammar of comments, 4.2.2.14 of the specification,
// with the weights of dbgen.
type tpchWords []string // a word as often as its weight

func newTPCHWords(list string) tpchWords {
	var out tpchWords
	for words := range strings.SplitSeq(list, "|") {
		weight, words, _ := strings.Cut(words, ":")
		n := 0
		for _, digit := range weight {
			n = n*10 + int(digit-'0')
		}
		for word := range strings.SplitSeq(words, ",") {
			for range n {
				out = append(out, word)
			}
		}
	}
	return out
}

// The words: a weight, a colon, the words that have it with commas between; then | and the next weight.
const (
	tpchNouns = "40:packages,requests,accounts,deposits|20:foxes,ideas,theodolites,pinto beans,instructions|" +
		"10:dependencies,excuses,platelets,asymptotes|5:courts,dolphins|1:multipliers,sauternes,warthogs,frets,dinos,attainments," +
		"somas,Tiresias,patterns,forges,braids,frays,warhorses,dugouts,notornis,epitaphs,pearls,tithes,waters,orbits,gifts," +
		"sheaves,depths,sentiments,decoys,realms,pains,grouches,escapades,hockey players"
	tpchVerbs = "20:sleep,wake,are,cajole,haggle|10:nag,use,boost|5:affix,detect,integrate|1:maintain,nod,was,lose,sublate,solve," +
		"thrash,promise,engage,hinder,print,x-ray,breach,eat,grow,impress,mold,poach,serve,run,dazzle,snooze,doze,unwind," +
		"kindle,play,hang,believe,doubt"
	tpchAdverbs = "1:sometimes,always,never|50:furiously,slyly,carefully|40:blithely|30:quickly|20:fluffily|1:slowly,quietly," +
		"ruthlessly,thinly,closely,doggedly,daringly,bravely,stealthily,permanently,enticingly,idly,busily,regularly,finally," +
		"ironically,evenly,boldly,silently"
	tpchAdjectives = "20:special,pending,unusual,express|1:furious,sly,careful,blithe,quick,fluffy,slow,quiet,ruthless,thin,close," +
		"dogged,daring,brave,stealthy,permanent,enticing,idle,busy|50:regular|40:final,ironic|30:even|20:bold|10:silent"
	tpchPrepositions = "50:about,above,according to,across,after|40:against,along|30:alongside of,among|20:around|10:at|1:atop,before," +
		"behind,beneath,beside,besides,between,beyond,by,despite,during,except,for,from,in place of,inside,instead of,into,near," +
		"of,on,outside,over,past,since,through,throughout,to,toward,under,until,up,upon,whithout,with,within"
	tpchAuxiliaries = "1:do,may,might,shall,will,would,can,could,should,ought to,must,will have to,shall have to,could have to," +
		"should have to,must have to,need to,try to"
	tpchTerminators = "50:.|1:;,:,?,!,--"
	// Sentences are of phrases: N of a noun, V of a verb, P a preposition and a noun phrase, T what ends it.
	tpchSentences = "3:NVT,NVPT,NVNT|1:NPVNT,NPVPT"
	// Phrases are of words: N a noun, J an adjective, C one with a comma behind, D an adverb; V a verb, X an
	// auxiliary.
	tpchNounPhrases = "10:N|20:JN|10:CJN|50:DJN"
	tpchVerbPhrases = "30:V|1:XV|40:VD|1:XVD"
)

// tpchPoolSize is how much text there is that comments are cut from. It is dbgen's.
const tpchPoolSize = 300 << 20

// tpchPool is the text, made when it is first needed, in a second or two.
var tpchPool = sync.OnceValue(func() []byte {
	t := tpchTexter{stream: newTPCHStream(933588178, 0), out: make([]byte, 0, tpchPoolSize+1024)}
	t.sentences = newTPCHWords(tpchSentences)
	t.words['n'], t.words['v'] = newTPCHWords(tpchNounPhrases), newTPCHWords(tpchVerbPhrases)
	t.words['N'], t.words['J'], t.words['C'] = newTPCHWords(tpchNouns), newTPCHWords(tpchAdjectives), newTPCHWords(tpchAdjectives)
	t.words['V'], t.words['D'], t.words['X'] = newTPCHWords(tpchVerbs), newTPCHWords(tpchAdverbs), newTPCHWords(tpchAuxiliaries)
	t.words['P'], t.words['T'] = newTPCHWords(tpchPrepositions), newTPCHWords(tpchTerminators)
	for len(t.out) < tpchPoolSize {
		t.sentence()
	}
	return t.out[:tpchPoolSize]
})

type tpchTexter struct {
	stream    tpchStream
	sentences tpchWords
	words     [128]tpchWords // by the letter in a phrase; n and v are the phrases
	out       []byte
}

func (t *tpchTexter) sentence() {
	for _, phrase := range []byte(t.stream.pick(t.sentences)) {
		switch phrase {
		case 'N':
			t.phrase('n')
		case 'V':
			t.phrase('v')
		case 'P':
			t.out = append(t.out, t.stream.pick(t.words['P'])...)
			t.out = append(t.out, " the "...)
			t.phrase('n')
		case 'T':
			t.out = append(t.out[:len(t.out)-1], t.stream.pick(t.words['T'])...) // in place of a space
			t.out = append(t.out, ' ')
		}
	}
}

func (t *tpchTexter) phrase(kind byte) {
	for _, word := range []byte(t.stream.pick(t.words[kind])) {
		t.out = append(t.out, t.stream.pick(t.words[word])...)
		if word == 'C' {
			t.out = append(t.out, ',')
		}
		t.out = append(t.out, ' ')
	}
}

// tpchCommentDraws is what a comment takes.
const tpchCommentDraws = 2

// comment is a piece of the pool.
func (s *tpchStream) comment(average int) []byte {
	pool := tpchPool()
	low, high := tpchLengths(average)
	at := s.between(0, len(pool)-high)
	return pool[at : at+s.between(low, high)]
}
