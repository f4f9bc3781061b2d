"""How long it takes, and how much it needs, beside others.

corpus   steps   costs       what is taken in and asked, each in a process of its own, measured
floor    ours   chroma   llama_index   llama_index_short       the systems
float_graph                  the float32 network that the others run
run      tables              ``python -m eval.speed``
scale    scale_steps         ``python -m eval.speed.scale``: up to a million sentences
plot                         ``python -m eval.speed.plot``: both as a picture
"""
