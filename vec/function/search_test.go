package function

const searchTests = `
tokenize | "The Lazy-Dog, 2nd" | "en_US" => ["the","lazy","dog","2nd"]
tokenize | "" => []
tokenize | "東京 Tōkyō" => ["東","京","tōkyō"]
tokenize | 7 => error: argument 1 is int, want string
has_term | "The Lazy-Dog" | "lazy" => true
has_term | "The Lazy-Dog" | "Lazy" => false
has_term | "The Lazy-Dog" | "laz" => false
has_term | ["Lazy", 1, null, "Dog"] | "Dog" => true
has_term | ["Lazy", "Dog"] | "lazy" => false
has_term | null | "lazy" => null
has_term | 7 | "lazy" => error: argument 1 is int, want string or array
contains | "a dog, a LAZY one" | "lazy dog dog" => true
contains | "a dog" | "lazy dog" => false
contains | "a dog" | " ," => false
contains | "a dog" | "DOG" | "en" => true
contains | ["dog", 1, "lazy", "x"] | "Lazy dog" => true
contains | ["dog"] | "Lazy dog" => false
contains | "a dog" | null => null
search | true | true => true
search | true | false | true => false
search | true => true
search | true | null => null
search | "a" => error: argument 1 is string, want bool
`
