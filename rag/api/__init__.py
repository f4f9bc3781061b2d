"""The documents over HTTP: what other programs and chat front ends ask, and what they get.

Like the asking commands of the terminal it owns no data folder: it runs beside the application and
sees every change. One module does one thing:

    settings, tokens    who may ask, and how much at once
    gate                every request passes it first: host, token, the last word on failures
    requests, asked     what came in, read into a question
    engine, desk        questions answered in threads, so many at once
    content, sources    an answer as the text of a message
    completions, record the shapes that go out: OpenAI's, and ours
    chat, asking, holdings, state    the addresses
    application, serve  all of it together, listening
"""
