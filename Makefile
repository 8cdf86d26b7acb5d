.DEFAULT_GOAL := help
.PHONY: help run up down test simulate fuzz check bench fmt images images-test

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start everything, print the address, follow the logs; Ctrl-C stops it all
	@scripts/run

up: ## Start everything in the background and return when it is ready; writes .maas/dev.env
	@scripts/up

down: ## Stop everything that `make up` started; data stays in .maas
	@scripts/down

test: ## All tests but those of the images, against real servers: unit, end to end, SDKs, browser, operations
	@scripts/test

simulate: ## The dispatcher against a simulated world: SEEDS=1000000 FIRST=1; TRACE=1 shows FIRST; CRASHES=1 dies at each wait
	@scripts/simulate

fuzz: ## Millions of inputs for the reporter's reader of bars: CASES=5000000 SEED=1
	@scripts/fuzz

check: ## What a change must pass beyond the tests: format, warnings, sanitizers
	@scripts/check

bench: ## Benchmarks beside the tools they are compared with
	@scripts/bench

images: ## The container images, by docker, podman or buildah
	@scripts/images

images-test: ## Builds the images on a Debian of its own and tries them; needs root and buildah
	@scripts/images-test

fmt: ## Format the Swift sources in place
	@swift format --in-place --parallel --recursive Package.swift Sources Tests
