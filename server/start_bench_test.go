package main

import (
	"net/http"
	"os"
	"testing"
)

// BenchmarkStart is the time from starting the process, on data it already
// has, to the first 200 from /readyz. The goal is 150 ms.
func BenchmarkStart(b *testing.B) {
	data := b.TempDir()
	start := func() *os.Process {
		address, process := child(b, "--data", data)
		response, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			b.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			b.Fatal(response.Status)
		}
		return process
	}
	end := func(p *os.Process) {
		_ = p.Signal(os.Interrupt)
		_, _ = p.Wait()
	}
	end(start())
	for b.Loop() {
		p := start()
		b.StopTimer()
		end(p)
		b.StartTimer()
	}
}
