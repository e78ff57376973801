/** Puts questions and prompts to a model: answers with their sources, many prompts at once, images. */
import { defineApplication } from '@braid/contract/application/application.ts'
import { batch, image as imageDag } from './dags.ts'
import { answer } from './endpoints/answer.ts'
import { draw } from './endpoints/draw.ts'
import { image } from './records.ts'
import { settings } from './settings.ts'
import { complete } from './tasks/complete.ts'
import { makeImage } from './tasks/make-image.ts'

export const application = defineApplication({
  name: 'assistant',
  title: 'Assistant',
  description: 'Answers questions over the indexed documents, many prompts at once, and makes images',
  version: '0.1.0',
  models: [image],
  tasks: [complete, makeImage],
  dags: [batch, imageDag],
  endpoints: [answer, draw],
  screens: [
    {
      name: 'answer',
      title: 'Ask the documents',
      endpoint: 'answer',
      show: { text: 'answer', items: 'sources', itemTitle: 'title', itemText: 'text', itemScore: 'score' },
    },
    { name: 'image', title: 'Make an image', endpoint: 'image', show: { image: 'png' } },
  ],
  settings,
})
