#!/bin/sh
# Answers with the content of the request.
printf 'Content-Type: application/octet-stream\r\n\r\n'
exec cat
