# What a script in Ruby requires as `braid`.
require 'json'

module Braid
  # What the run was given.
  INPUT = JSON.parse(File.read(ENV.fetch('BRAID_INPUT'), encoding: 'UTF-8')).freeze

  def self.input = INPUT

  # Gives the result of the run: anything that JSON can carry. The last one counts.
  def self.result(value)
    text = JSON.generate(value)
    File.open(ENV.fetch('BRAID_RESULT'), 'w') { |file| file.write(text, "\n") }
  end
end
