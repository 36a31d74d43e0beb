package main

import (
	"net/http"
	"testing"
)

// BenchmarkStart is the time from starting the process, on data it already
// has, to the first 200 from /readyz. The goal is 150 ms.
func BenchmarkStart(b *testing.B) {
	data := b.TempDir()
	start := func() replica {
		r := child(b, "--data", data)
		response, err := http.Get("http://" + r.addr + "/readyz")
		if err != nil {
			b.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			b.Fatal(response.Status)
		}
		return r
	}
	end := func(r replica) {
		_ = r.process.Kill()
		<-r.ended
	}
	end(start())
	for b.Loop() {
		r := start()
		b.StopTimer()
		end(r)
		b.StartTimer()
	}
}
